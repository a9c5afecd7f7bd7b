package dev.mcpgateway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.fake.FakeGateway;
import dev.mcpgateway.doctor.fake.TestAuthority;
import jakarta.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorMainTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String out, String err) {}

    private Outcome run(Map<String, String> environment, String... line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = new ArrayList<>(List.of("--data", folder.toString()));
        all.addAll(List.of(line));
        int exitCode = DoctorMain.run(
                all,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Path ca() {
        try {
            return Files.writeString(
                    folder.resolve("ca.pem"),
                    "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                            .formatted(Base64.getMimeEncoder()
                                    .encodeToString(AUTHORITY.root().getEncoded())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void findsNothingWrongWithAGoodGateway() {
        try (FakeGateway gateway = FakeGateway.start(AUTHORITY.server())) {
            Outcome outcome = run(
                    Map.of(),
                    "--ca",
                    ca().toString(),
                    "--http-port",
                    Integer.toString(gateway.httpPort()),
                    gateway.service().toString());

            assertThat(outcome.out())
                    .startsWith("Checking " + gateway.service())
                    .contains("Registration")
                    .contains(" 0 warnings, 0 problems, 0 not checked.");
            assertThat(outcome.exitCode()).isZero();
        }
    }

    @Test
    void changesNothingWhenTold() {
        try (FakeGateway gateway = FakeGateway.start(AUTHORITY.server())) {
            run(
                    Map.of(),
                    "--read-only",
                    "--ca",
                    ca().toString(),
                    gateway.service().toString());

            assertThat(gateway.requests()).contains("POST /mcp").doesNotContain("POST /register");
        }
    }

    @Test
    void answersProblemsWithTheExitCodeAndInJson() {
        try (FakeGateway gateway = FakeGateway.start(AUTHORITY.server())) {
            gateway.spoil("POST /mcp", reply -> reply.withStatus(200));

            Outcome outcome = run(
                    Map.of(),
                    "--json",
                    "--ca",
                    ca().toString(),
                    gateway.service().toString());

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(Json.createReader(new StringReader(outcome.out()))
                            .readObject()
                            .getJsonArray("findings")
                            .toString())
                    .contains("answers without a token");
        }
    }

    @Test
    void saysWhereNothingAnswers() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        Outcome outcome = run(Map.of(), "https://127.0.0.1:%d/mcp".formatted(port));

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err())
                .isEqualToIgnoringNewLines("Nothing answers at https://127.0.0.1:%d/mcp.".formatted(port));
    }

    @Test
    void saysWhatIsAcceptedWhenMisused() {
        assertThat(run(Map.of()).err()).startsWith("Nothing says what to check: give the URL");
        assertThat(run(Map.of()).exitCode()).isEqualTo(2);
        assertThat(run(Map.of(), "--sing-in").err()).startsWith("Unknown option '--sing-in'");
        assertThat(run(Map.of(), "ftp://example.com").err()).contains("'ftp://example.com' is not a URL");
        assertThat(run(Map.of(), "https://user:secret@example.com/").exitCode()).isEqualTo(2);
        assertThat(run(Map.of(), "--timeout", "0").err()).contains("a number from 1 to 120");
        assertThat(run(Map.of(), "--client", "emacs").err()).contains("accepted are claude, chatgpt, vscode");
        assertThat(run(Map.of(), "--ca").err()).startsWith("--ca needs a value");
        assertThat(run(Map.of(), "--ca", folder.resolve("none").toString(), "https://example.com/")
                        .err())
                .contains("cannot be read");
        assertThat(run(Map.of(), "--sign-in", "--read-only", "https://example.com/")
                        .exitCode())
                .isEqualTo(2);
        assertThat(run(Map.of(), "--help").out()).startsWith("Usage: ops/gateway doctor");
        assertThat(run(Map.of(), "--help").exitCode()).isZero();
    }

    @Test
    void takesTheAuthorizationServerFromTheEnvironment() {
        Outcome outcome = run(Map.of("BASE_DOMAIN", "gateway.invalid"), "--timeout", "1");

        assertThat(outcome.out())
                .startsWith("Checking https://auth.gateway.invalid")
                .contains("the name has no address");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(run(Map.of("BASE_DOMAIN", "not a name")).exitCode()).isEqualTo(2);
    }
}
