package dev.mcpgateway.router.docker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The labels of one container, sorted. Names of options count in any letter case and are in lower case here; names of
 * routers, services and middlewares are as written.
 *
 * @param options of the container itself, such as {@code docker.network}
 * @param routers their options by the router's name, such as {@code rule}
 * @param services likewise, such as {@code loadbalancer.server.port}
 * @param middlewares likewise, such as {@code ratelimit.average}
 */
record Labels(
        Container container,
        Map<String, String> options,
        Map<String, Map<String, String>> routers,
        Map<String, Map<String, String>> services,
        Map<String, Map<String, String>> middlewares) {
    /** Of Traefik first, then our own, which win. */
    private static final List<String> PREFIXES = List.of("traefik.", Labels.OWN);

    private static final String OWN = "mcp-gateway.";
    private static final String ENABLE = "enable";
    private static final String NETWORK = "docker.network";
    private static final Pattern PART =
            Pattern.compile("http\\.(routers|services|middlewares)\\.([^.]+)\\.(.+)", Pattern.CASE_INSENSITIVE);

    /** Empty for a container that does not say {@code enable=true}; a note says so if it has other labels of ours. */
    static Optional<Labels> of(Container container, Notes notes) {
        Labels labels = new Labels(
                container, new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        boolean enabled = false;
        for (String prefix : PREFIXES) {
            Map<String, String> written = written(container, prefix);
            if (Boolean.parseBoolean(written.getOrDefault(ENABLE, "false"))) {
                enabled = true;
                written.forEach((name, value) -> labels.put(prefix, name, value, notes));
            } else if (!written.isEmpty() && !written.containsKey(ENABLE)) {
                notes.add(container.name(), "has labels but not %senable=true, so they do not count".formatted(prefix));
            }
        }
        return enabled ? Optional.of(labels) : Optional.empty();
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    private static Map<String, String> written(Container container, String prefix) {
        Map<String, String> written = new LinkedHashMap<>();
        container.labels().forEach((label, value) -> {
            if (label.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                String name = label.substring(prefix.length());
                written.put(name.equalsIgnoreCase(ENABLE) ? ENABLE : name, value.strip());
            }
        });
        return written;
    }

    private void put(String prefix, String name, String value, Notes notes) {
        String option = name.toLowerCase(Locale.ROOT);
        boolean own = prefix.equals(OWN);
        Matcher part = PART.matcher(name);
        if (part.matches()) {
            String key = part.group(3).toLowerCase(Locale.ROOT);
            boolean router = part.group(1).equalsIgnoreCase("routers");
            if (router && key.equals(LabelReader.AUTH) && !own) {
                notes.add(
                        container.name(),
                        "the label %s%s is not supported; write it with %s".formatted(prefix, name, OWN));
                return;
            }
            Map<String, Map<String, String>> kind =
                    router ? routers : part.group(1).equalsIgnoreCase("services") ? services : middlewares;
            kind.computeIfAbsent(part.group(2), _ -> new LinkedHashMap<>()).put(key, value);
        } else if (option.equals(NETWORK) || (own && (option.equals("service") || option.equals("port")))) {
            options.put(option, value);
        } else if (!option.equals(ENABLE)) {
            notes.add(container.name(), "the label %s%s is not supported".formatted(prefix, name));
        }
    }
}
