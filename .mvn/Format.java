import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code Format check|apply FOLDER}: holds every Java file below FOLDER to the Palantir style, or brings it there. The
 * build runs it on the JDK that compiles the code, because the formatter parses with its JVM's compiler.
 */
final class Format {
    public static void main(String[] arguments) throws IOException, FormatterException {
        boolean apply = arguments[0].equals("apply");
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(true)
                .build());
        int wrong = 0;
        for (Path file : sources(Path.of(arguments[1]))) {
            String before = Files.readString(file);
            String after = format(formatter, file, before);
            if (after.equals(before)) {
                continue;
            }
            wrong++;
            if (apply) {
                Files.writeString(file, after);
            }
            System.out.println((apply ? "formatted " : "not formatted: ") + file);
        }
        if (wrong > 0 && !apply) {
            System.err.println(wrong + " file(s) are not formatted; run: mvn -N validate -Dformat=apply");
            System.exit(1);
        }
    }

    private static String format(Formatter formatter, Path file, String source) {
        try {
            String ordered = ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.PALANTIR);
            return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
        } catch (FormatterException e) {
            System.err.println(file + ": " + e.getMessage());
            System.exit(1);
            return source;
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> Stream.of("target", "node_modules", ".git")
                            .noneMatch(name -> root.relativize(file).toString().matches("(.*/)?" + name + "/.*")))
                    .sorted()
                    .toList();
        }
    }
}
