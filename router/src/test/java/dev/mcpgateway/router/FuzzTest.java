package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.entrypoint.RequestFuzz;
import dev.mcpgateway.router.http2.Http2Fuzz;
import dev.mcpgateway.router.route.RuleFuzz;
import dev.mcpgateway.router.upstream.ResponseFuzz;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Parsers that strangers feed. What a fuzzer has found worth keeping is in {@code corpus/NAME.txt}, one input a line in
 * base64, and is tried in each build; {@code system-tests/long fuzz} looks for more.
 */
class FuzzTest {
    private static final String FUZZER = "com.code_intelligence.jazzer.Jazzer";

    /** What is fuzzed. */
    enum Target {
        HTTP2(Http2Fuzz.class),
        REQUEST(RequestFuzz.class),
        RESPONSE(ResponseFuzz.class),
        RULE(RuleFuzz.class);

        private final Class<?> type;

        Target(Class<?> type) {
            this.type = type;
        }

        /** Throws if the input shows a fault. */
        void take(byte[] input) throws Exception {
            switch (this) {
                case HTTP2 -> Http2Fuzz.fuzzerTestOneInput(input);
                case REQUEST -> RequestFuzz.fuzzerTestOneInput(input);
                case RESPONSE -> ResponseFuzz.fuzzerTestOneInput(input);
                case RULE -> RuleFuzz.fuzzerTestOneInput(input);
            }
        }

        String corpus() {
            return name().toLowerCase(Locale.ROOT) + ".txt";
        }
    }

    @ParameterizedTest
    @EnumSource
    void standsWhatFuzzersHaveFound(Target target) throws Exception {
        List<byte[]> corpus = corpus(target);

        for (byte[] input : corpus) {
            target.take(input);
        }

        assertThat(corpus).isNotEmpty();
    }

    /** Leaves the inputs that reach different code in {@code target/fuzz/corpus}, to be kept. */
    @ParameterizedTest
    @EnumSource
    @Tag("long")
    void standsWhatAFuzzerFinds(Target target) throws Exception {
        Path folder = Files.createDirectories(output().resolve(target.name()));
        Path inputs = Files.createDirectories(folder.resolve("inputs"));
        int number = 0;
        for (byte[] input : corpus(target)) {
            Files.write(inputs.resolve("kept-" + number++), input);
        }
        int seconds = Integer.getInteger("fuzz.minutes") * 60 / Target.values().length;

        int exit = fuzzer(target, folder, "-max_total_time=" + seconds, inputs.toString());

        assertThat(exit).as("see the fuzzer's log in %s", folder).isZero();
        Path fewest = Files.createDirectories(folder.resolve("fewest"));
        assertThat(fuzzer(target, folder, "-merge=1", fewest.toString(), inputs.toString()))
                .isZero();
        keep(fewest, output().resolve("corpus").resolve(target.corpus()));
    }

    private static int fuzzer(Target target, Path folder, String... arguments)
            throws IOException, InterruptedException {
        Stream<String> command = Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FUZZER,
                "--target_class=" + target.type.getName(),
                "--instrumentation_includes=dev.mcpgateway.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_len=2048");
        Path log = folder.resolve("log.txt");
        return new ProcessBuilder(Stream.concat(command, Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
    }

    private static Path output() {
        try {
            URL classes = FuzzTest.class.getProtectionDomain().getCodeSource().getLocation();
            return Path.of(classes.toURI()).resolveSibling("fuzz");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<byte[]> corpus(Target target) throws IOException {
        try (InputStream in = FuzzTest.class.getResourceAsStream("/corpus/" + target.corpus())) {
            String text = new String(in == null ? new byte[0] : in.readAllBytes(), StandardCharsets.US_ASCII);
            return text.lines().map(Base64.getDecoder()::decode).toList();
        }
    }

    private static void keep(Path inputs, Path corpus) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(inputs)) {
            for (Path file : files.sorted().toList()) {
                text.append(Base64.getEncoder().encodeToString(Files.readAllBytes(file)))
                        .append('\n');
            }
        }
        Files.createDirectories(corpus.resolveSibling("."));
        Files.writeString(corpus, text);
    }
}
