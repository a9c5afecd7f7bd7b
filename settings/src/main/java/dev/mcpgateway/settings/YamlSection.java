package dev.mcpgateway.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The {@code key: value} lines at one place of a YAML file. Whoever reads a key makes it known; in the end
 * {@link #refuseTheRest} reports the keys that nobody has read. Everything that is wrong is reported with its line.
 */
final class YamlSection {
    private final String path;
    private final int line;
    private final String origin;
    private final Problems problems;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> read = new LinkedHashSet<>();

    private record Entry(Node value, int line) {}

    private YamlSection(String path, int line, String origin, Problems problems) {
        this.path = path;
        this.line = line;
        this.origin = origin;
        this.problems = problems;
    }

    /** The whole file. */
    static YamlSection root(Node node, String origin, Problems problems) {
        return of(node, "", origin, problems);
    }

    private static YamlSection of(Node node, String path, String origin, Problems problems) {
        YamlSection section = new YamlSection(path, line(node), origin, problems);
        boolean empty = node instanceof ScalarNode scalar && scalar.getValue().isEmpty();
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(section::add);
        } else if (!empty) {
            section.report(line(node), "%s must hold `key: value` lines".formatted(section.name()));
        }
        return section;
    }

    private void add(NodeTuple tuple) {
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        int keyLine = line(tuple.getKeyNode());
        if (entries.putIfAbsent(key, new Entry(tuple.getValueNode(), keyLine)) != null) {
            report(keyLine, "%s holds '%s' twice".formatted(name(), key));
        }
    }

    /** Where it is, such as {@code services.echo}. */
    String name() {
        return path.isEmpty() ? "the file" : path;
    }

    /** Every key that is there, in the order of the file; all of them count as read. */
    Set<String> keys() {
        read.addAll(entries.keySet());
        return entries.keySet();
    }

    /** The one value of a key; empty if the key is not there. */
    Optional<String> text(String key) {
        return find(key).flatMap(entry -> text(entry.value(), entry.line(), child(key)));
    }

    /** A list of values; one value alone counts as a list of one. Null if the key is not there. */
    @Nullable
    List<String> texts(String key) {
        return find(key).map(entry -> texts(entry, child(key))).orElse(null);
    }

    /** The one value of a key in a format; empty if the key is not there, or if its value is not accepted. */
    <T> Optional<T> value(String key, Format<T> format) {
        Optional<String> text = text(key);
        Optional<T> value = text.flatMap(format.parse());
        if (text.isPresent() && value.isEmpty()) {
            report(key, "%s is '%s': accepted is %s".formatted(child(key), text.get(), format.accepts()));
        }
        return value;
    }

    /** Whether the value of a key is a list, be it of values or of lines. */
    boolean isList(String key) {
        return find(key).filter(entry -> entry.value() instanceof SequenceNode).isPresent();
    }

    /** Whether the value of a key is lines below it. */
    boolean isSection(String key) {
        return find(key).filter(entry -> entry.value() instanceof MappingNode).isPresent();
    }

    /** {@code true} or {@code false}; false if the key is not there. */
    boolean flag(String key) {
        Optional<String> text = text(key);
        text.filter(value -> !value.equals("true") && !value.equals("false"))
                .ifPresent(_ -> report(key, "%s must be true or false".formatted(child(key))));
        return text.filter("true"::equals).isPresent();
    }

    /** The lines below a key; empty if the key is not there. */
    Optional<YamlSection> section(String key) {
        return find(key).map(entry -> of(entry.value(), child(key), origin, problems));
    }

    /** A list of items that hold lines themselves, named {@code key[0]} and so on; lines alone count as one item. */
    List<YamlSection> sections(String key) {
        Optional<Entry> entry = find(key);
        List<YamlSection> items = new ArrayList<>();
        switch (entry.map(Entry::value).orElse(null)) {
            case null -> {}
            case MappingNode mapping -> items.add(of(mapping, child(key), origin, problems));
            case SequenceNode sequence ->
                sequence.getValue()
                        .forEach(item ->
                                items.add(of(item, "%s[%d]".formatted(child(key), items.size()), origin, problems)));
            default -> report(key, "%s must be a list of `- key: value` items".formatted(child(key)));
        }
        return items;
    }

    /** Reports something about the value of a key. */
    void report(String key, String problem) {
        Entry entry = entries.get(key);
        report(entry == null ? line : entry.line(), problem);
    }

    /** Reports every key that was not read, with the nearest one that was. */
    void refuseTheRest() {
        List<String> known = List.copyOf(read);
        entries.forEach((key, entry) -> {
            if (!read.contains(key)) {
                refuse(key, known);
            }
        });
    }

    /** Reports a key as unknown. */
    void refuse(String key, List<String> known) {
        String hint = Nearest.of(key, known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("known are " + String.join(", ", known));
        report(key, "unknown key '%s'; %s".formatted(child(key), hint));
    }

    private Optional<Entry> find(String key) {
        read.add(key);
        return Optional.ofNullable(entries.get(key));
    }

    private List<String> texts(Entry entry, String at) {
        if (entry.value() instanceof ScalarNode scalar) {
            return scalar.getValue().isEmpty() ? List.of() : List.of(scalar.getValue());
        }
        if (entry.value() instanceof SequenceNode sequence) {
            return sequence.getValue().stream()
                    .flatMap(item -> text(item, line(item), at).stream())
                    .toList();
        }
        report(entry.line(), "%s must be a list such as [a, b]".formatted(at));
        return List.of();
    }

    private Optional<String> text(Node value, int at, String what) {
        if (value instanceof ScalarNode scalar) {
            return Optional.of(scalar.getValue());
        }
        report(at, "%s must be one value".formatted(what));
        return Optional.empty();
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void report(int at, String problem) {
        problems.add("%s line %d: %s".formatted(origin, at, problem));
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }
}
