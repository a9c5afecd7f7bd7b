package dev.mcpgateway.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * {@code gateway.yaml}: the services, and settings for those who prefer a file. Its reference is
 * docs/contracts/gateway-yaml.md. Reading it reports every unknown key, wrong shape and wrong service name.
 */
public final class GatewayFile {
    /** The file's name inside the folder that {@code GATEWAY_CONFIG} names. */
    public static final String NAME = "gateway.yaml";

    private static final int MAX_CHARACTERS = 1_048_576;
    private static final Pattern SERVICE_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** First path segments and host names that are the gateway's own. */
    private static final Set<String> RESERVED_NAMES = Set.of(
            "account",
            "admin",
            "auth",
            "authorize",
            "callback",
            "consent",
            "device",
            "error",
            "health",
            "introspect",
            "jwks",
            "local",
            "metrics",
            "par",
            "register",
            "revoke",
            "success",
            "token",
            "verify");

    private static final List<String> SERVICE_KEYS = List.of("upstream", "allow", "origins");

    private final String origin;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Service> services = new ArrayList<>();

    /**
     * One service as it was written.
     *
     * @param name one DNS label, lower case, also the first path segment in path form
     * @param upstream as written; null if missing, which its reader reports
     * @param allow null if not written, which means the default rules
     * @param origins null if not written, which means any https or loopback origin
     */
    public record Service(
            String name,
            @Nullable String upstream,
            @Nullable List<String> allow,
            @Nullable List<String> origins) {
        public Service {
            allow = allow == null ? null : List.copyOf(allow);
            origins = origins == null ? null : List.copyOf(origins);
        }
    }

    private GatewayFile(String origin) {
        this.origin = origin;
    }

    /** A file that says nothing. */
    public static GatewayFile empty() {
        return new GatewayFile(NAME);
    }

    /** Reads {@code gateway.yaml} in the folder; a missing file says nothing. */
    public static GatewayFile read(Path folder, Problems problems) {
        Path path = folder.resolve(NAME);
        if (Files.notExists(path)) {
            return new GatewayFile(path.toString());
        }
        try {
            return parse(Files.readString(path), path.toString(), problems);
        } catch (IOException e) {
            problems.add("%s cannot be read (%s)".formatted(path, e.getClass().getSimpleName()));
            return new GatewayFile(path.toString());
        }
    }

    /**
     * Reads the text of a {@code gateway.yaml}.
     *
     * @param origin where it comes from, for messages
     */
    public static GatewayFile parse(String text, String origin, Problems problems) {
        GatewayFile file = new GatewayFile(origin);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        try {
            Node root = new Yaml(options).compose(new StringReader(text));
            if (root != null) {
                file.readRoot(root, problems);
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add("%s line %d: not valid YAML: %s".formatted(origin, line, e.getProblem()));
        } catch (YAMLException e) {
            problems.add("%s: not valid YAML: %s".formatted(origin, e.getMessage()));
        }
        return file;
    }

    /** Where the file is, for messages. */
    public String origin() {
        return origin;
    }

    /** In the order of the file. */
    public List<Service> services() {
        return List.copyOf(services);
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name)).filter(text -> !text.isEmpty());
    }

    private void readRoot(Node root, Problems problems) {
        for (Entry entry : entries(root, "the file", problems)) {
            switch (entry.key()) {
                case "services" -> readServices(entry.value(), problems);
                case "settings" -> readSettings(entry.value(), problems);
                default -> unknown(entry, "", List.of("services", "settings"), problems);
            }
        }
    }

    private void readSettings(Node node, Problems problems) {
        List<String> names = KnownSettings.all().stream().map(Setting::name).toList();
        for (Entry entry : entries(node, "settings", problems)) {
            if (!names.contains(entry.key())) {
                unknown(entry, "settings.", names, problems);
            } else {
                text(entry, "settings.", problems).ifPresent(text -> settings.put(entry.key(), text));
            }
        }
    }

    private void readServices(Node node, Problems problems) {
        for (Entry entry : entries(node, "services", problems)) {
            String name = entry.key();
            if (!SERVICE_NAME.matcher(name).matches()) {
                problems.add(
                        "%s: the service name '%s' is not accepted: accepted are lower-case letters, digits and '-', at most 63"
                                .formatted(at(entry.line()), name));
            } else if (RESERVED_NAMES.contains(name)) {
                problems.add("%s: the service name '%s' is the gateway's own; choose another"
                        .formatted(at(entry.line()), name));
            } else {
                services.add(readService(name, entry.value(), problems));
            }
        }
    }

    private Service readService(String name, Node node, Problems problems) {
        String path = "services." + name + ".";
        String upstream = null;
        List<String> allow = null;
        List<String> origins = null;
        for (Entry entry : entries(node, "services." + name, problems)) {
            switch (entry.key()) {
                case "upstream" -> upstream = text(entry, path, problems).orElse(null);
                case "allow" -> allow = texts(entry, path, problems);
                case "origins" -> origins = texts(entry, path, problems);
                default -> unknown(entry, path, SERVICE_KEYS, problems);
            }
        }
        return new Service(name, upstream, allow, origins);
    }

    private record Entry(String key, Node value, int line) {}

    private List<Entry> entries(Node node, String path, Problems problems) {
        if (node instanceof ScalarNode scalar && scalar.getValue().isEmpty()) {
            return List.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            problems.add("%s: %s must hold `key: value` lines".formatted(at(line(node)), path));
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            int line = line(tuple.getKeyNode());
            if (seen.add(key)) {
                entries.add(new Entry(key, tuple.getValueNode(), line));
            } else {
                problems.add("%s: %s holds '%s' twice".formatted(at(line), path, key));
            }
        }
        return entries;
    }

    private Optional<String> text(Entry entry, String path, Problems problems) {
        if (entry.value() instanceof ScalarNode scalar) {
            return Optional.of(scalar.getValue());
        }
        problems.add("%s: %s%s must be one value".formatted(at(entry.line()), path, entry.key()));
        return Optional.empty();
    }

    /** A list of values; one value alone counts as a list of one. */
    private List<String> texts(Entry entry, String path, Problems problems) {
        if (entry.value() instanceof ScalarNode scalar) {
            return scalar.getValue().isEmpty() ? List.of() : List.of(scalar.getValue());
        }
        List<String> texts = new ArrayList<>();
        if (entry.value() instanceof SequenceNode sequence) {
            for (Node item : sequence.getValue()) {
                text(new Entry(entry.key(), item, line(item)), path, problems).ifPresent(texts::add);
            }
        } else {
            problems.add("%s: %s%s must be a list such as [a, b]".formatted(at(entry.line()), path, entry.key()));
        }
        return texts;
    }

    private void unknown(Entry entry, String path, List<String> known, Problems problems) {
        String hint = Nearest.of(entry.key(), known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("known are " + String.join(", ", known));
        problems.add("%s: unknown key '%s%s'; %s".formatted(at(entry.line()), path, entry.key(), hint));
    }

    private String at(int line) {
        return origin + " line " + line;
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }
}
