package dev.mcpgateway.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Reads settings: the environment first, then the file that {@code NAME_FILE} points to, then {@code settings:} in
 * {@code gateway.yaml}, then the default. An empty variable counts as not set.
 */
public final class Settings {
    private static final long MAX_FILE_BYTES = 65_536;

    private final Map<String, String> environment;
    private final GatewayFile file;
    private final Problems problems;

    public Settings(Map<String, String> environment, GatewayFile file, Problems problems) {
        this.environment = Map.copyOf(environment);
        this.file = file;
        this.problems = problems;
        reportMisspelled();
    }

    /** The same environment with another file. */
    public Settings with(GatewayFile other, Problems others) {
        return new Settings(environment, other, others);
    }

    /** Where problems go that are found while reading. */
    public Problems problems() {
        return problems;
    }

    public GatewayFile file() {
        return file;
    }

    /**
     * The value, or the default. What is missing or not accepted is reported, and the default or a stand-in takes its
     * place so that reading goes on and finds the other problems too: call {@link Problems#throwIfAny} before anything
     * read is used.
     */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseGet(() -> {
            if (!isSet(setting)) {
                problems.add("%s is not set: accepted is %s. %s"
                        .formatted(setting.name(), setting.format().accepts(), setting.description()));
            }
            return setting.format().standIn().get();
        });
    }

    /** The value, or the default; empty if there is neither, or if the value is not accepted, which is reported. */
    public <T> Optional<T> find(Setting<T> setting) {
        Optional<T> given = written(setting).flatMap(written -> parse(setting, written));
        if (given.isPresent() || setting.fallback() == null) {
            return given;
        }
        return setting.format().parse().apply(setting.fallback());
    }

    /** Whether somebody set it, rightly or wrongly. */
    public boolean isSet(Setting<?> setting) {
        return written(setting).isPresent();
    }

    /**
     * The value for an operator to read: as it was written, or the default; empty if there is neither. Of a secret no
     * more than that it is there.
     */
    public String shown(Setting<?> setting) {
        return written(setting)
                .map(written -> setting.format().secret() ? "[redacted]" : written.value())
                .orElse(setting.fallback() == null ? "" : setting.fallback());
    }

    private record Written(String value, String origin) {}

    private Optional<Written> written(Setting<?> setting) {
        String name = setting.name();
        String value = environment.getOrDefault(name, "");
        if (!value.isEmpty()) {
            return Optional.of(new Written(value, name));
        }
        String path = environment.getOrDefault(name + "_FILE", "");
        if (!path.isEmpty() && KnownSettings.byName(name + "_FILE").isEmpty()) {
            return readFile(name, Path.of(path));
        }
        return file.setting(name).map(text -> new Written(text, name + " in " + file.origin()));
    }

    private Optional<Written> readFile(String name, Path path) {
        try {
            if (Files.size(path) > MAX_FILE_BYTES) {
                problems.add("%s_FILE names %s, which is larger than %d bytes".formatted(name, path, MAX_FILE_BYTES));
                return Optional.empty();
            }
            String value = Files.readString(path).strip();
            if (value.isEmpty()) {
                problems.add("%s_FILE names %s, which is empty".formatted(name, path));
                return Optional.empty();
            }
            return Optional.of(new Written(value, name + "_FILE"));
        } catch (IOException e) {
            problems.add("%s_FILE names %s, which cannot be read (%s)"
                    .formatted(name, path, e.getClass().getSimpleName()));
            return Optional.empty();
        }
    }

    private <T> Optional<T> parse(Setting<T> setting, Written written) {
        Optional<T> parsed = setting.format().parse().apply(written.value().strip());
        if (parsed.isEmpty()) {
            String shown = setting.format().secret() ? "" : "=" + written.value();
            problems.add("%s%s is not accepted: accepted is %s"
                    .formatted(written.origin(), shown, setting.format().accepts()));
        }
        return parsed;
    }

    /** A variable one or two letters away from a setting is a misspelled setting, not somebody else's variable. */
    private void reportMisspelled() {
        for (String name : environment.keySet()) {
            String plain = name.endsWith("_FILE") ? name.substring(0, name.length() - "_FILE".length()) : name;
            if (KnownSettings.byName(plain).isPresent()
                    || KnownSettings.byName(name).isPresent()) {
                continue;
            }
            KnownSettings.nearest(plain)
                    .filter(near -> plain.length() > 6)
                    .ifPresent(near -> problems.add("%s is not a setting; did you mean %s?".formatted(name, near)));
        }
    }
}
