package dev.mcpgateway.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tests that documentation names as {@code `Class.method`}, of whichever module. */
final class NamedTests {
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Za-z0-9]+)\\.([a-z][A-Za-z0-9]+)`");

    private static final Pattern ANNOTATION = Pattern.compile("@(Test|ParameterizedTest|TestFactory)\\b");
    private static final String END_OF_METHOD = "\n    }\n";

    /** The sources of all test classes, by name. */
    private final Map<String, String> sources;

    private NamedTests(Map<String, String> sources) {
        this.sources = sources;
    }

    static NamedTests ofAllModules() throws IOException {
        try (Stream<Path> modules = Files.list(Modules.ROOT)) {
            return new NamedTests(modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(NamedTests::javaFiles)
                    .collect(Collectors.toMap(NamedTests::className, NamedTests::text, String::concat)));
        }
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean areIn(String text) {
        return NAME.matcher(text).find();
    }

    /** Those of a text that do not exist, as it names them. */
    List<String> missingFrom(String text) {
        return NAME.matcher(text)
                .results()
                .filter(test -> !isTest(test.group(1), test.group(2)))
                .map(test -> test.group())
                .distinct()
                .toList();
    }

    private boolean isTest(String className, String method) {
        String source = sources.getOrDefault(className, "");
        return Pattern.compile("\\b(void|Stream<DynamicTest>) " + method + "\\(")
                .matcher(source)
                .results()
                .map(found -> source.substring(0, found.start()))
                .anyMatch(before -> ANNOTATION
                        .matcher(before.substring(before.lastIndexOf(END_OF_METHOD) + 1))
                        .find());
    }
}
