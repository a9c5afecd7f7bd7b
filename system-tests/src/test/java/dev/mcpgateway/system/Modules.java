package dev.mcpgateway.system;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packaged modules, as the build leaves them: each jar in its {@code target}, what it needs in {@code modules}. */
final class Modules {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern JAR = Pattern.compile("[a-z-]+-[0-9.]+\\.jar");

    private Modules() {}

    /** What the router's image holds. */
    static String router() {
        return router(ROOT);
    }

    /** As {@link #router()}, of another version that was built in this folder. */
    static String router(Path root) {
        return path(root, List.of("router"));
    }

    /** What the oracle's image holds: the oracle and every store. */
    static String oracle() {
        return oracle(ROOT);
    }

    /** As {@link #oracle()}, of another version that was built in this folder. */
    static String oracle(Path root) {
        try (Stream<Path> folders = Files.list(root)) {
            Stream<String> stores = folders.filter(folder -> Files.isDirectory(folder.resolve("target/modules")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> name.startsWith("storage-"))
                    .sorted();
            return path(root, Stream.concat(Stream.of("oracle"), stores).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The demo server among everything that the quick start has. */
    static String demoServer() {
        return ROOT.resolve("standalone/target/modules").toString();
    }

    private static String path(Path root, List<String> modules) {
        return modules.stream()
                .map(module -> root.resolve(module).resolve("target"))
                .flatMap(target -> Stream.of(jar(target), target.resolve("modules")))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path jar(Path target) {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(
                            file -> JAR.matcher(file.getFileName().toString()).matches())
                    .findFirst()
                    .orElseThrow(() ->
                            new AssertionError("no jar in " + target + ": `mvn verify` makes it before it comes here"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
