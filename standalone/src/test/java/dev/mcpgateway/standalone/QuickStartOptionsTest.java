package dev.mcpgateway.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickStartOptionsTest {
    private static final Path HOME = Path.of("/home/me/gateway");

    @Test
    void hasDefaultsForEverything() {
        QuickStartOptions options = parse("");

        assertThat(options.httpsPort()).isEqualTo(8443);
        assertThat(options.httpPort()).isEqualTo(8080);
        assertThat(options.data()).isEqualTo(HOME.resolve("data"));
        assertThat(options.services()).isEmpty();
        assertThat(options.json()).isFalse();
    }

    @Test
    void readsEveryOption() {
        QuickStartOptions options = parse(
                "--json --port 0 --http-port 81 --data /tmp/x --service a=http://127.0.0.1:1/mcp --service b=http://[::1]:2/");

        assertThat(options.json()).isTrue();
        assertThat(options.httpsPort()).isZero();
        assertThat(options.httpPort()).isEqualTo(81);
        assertThat(options.data()).isEqualTo(Path.of("/tmp/x"));
        assertThat(options.services())
                .containsExactly(
                        java.util.Map.entry("a", URI.create("http://127.0.0.1:1/mcp")),
                        java.util.Map.entry("b", URI.create("http://[::1]:2/")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --prot 1                               | unknown option '--prot'; ops/quickstart --help lists them
            --port                                 | --port needs a value; see ops/quickstart --help
            --port many                            | --port many: accepted is a port number from 0 to 65535
            --http-port 65536                      | --http-port 65536: accepted is a port number from 0 to 65535
            --service notes                        | --service notes: accepted is NAME=URL, such as notes=http://127.0.0.1:3000/mcp
            --service echo=http://h/               | --service echo=http://h/: the name 'echo' is taken; choose another
            --service a=http://h --service a=http:i | --service a=http:i: the name 'a' is taken; choose another
            --service a=ht^tp                      | --service a=ht^tp: not a URL; accepted is one such as http://127.0.0.1:3000/mcp
            """)
    void saysWhatIsWrongAndWhatIsAccepted(String commandLine, String message) {
        assertThatThrownBy(() -> parse(commandLine)).hasMessage(message);
    }

    private static QuickStartOptions parse(String commandLine) {
        return QuickStartOptions.parse(commandLine.isEmpty() ? new String[0] : commandLine.split(" ", -1), HOME);
    }
}
