package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ops/gateway doctor} against a running quick start, which it finds nothing wrong with. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(240)
class DoctorTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern PAGE = Pattern.compile("^ +(https://\\S+/authorize\\?\\S+)$");

    private Path data;
    private Gateway gateway;
    private Web web;

    private record Outcome(int exitCode, String out, String err) {}

    @BeforeAll
    void start(@TempDir Path folder) {
        gateway = Gateway.start(folder);
        data = folder.resolve("state");
        web = new Web(gateway.certificates());
    }

    @AfterAll
    void stop() {
        web.close();
        gateway.close();
    }

    @Test
    void findsNothingWrongUpToASignInAsEachClient() throws Exception {
        User alice = new User("examined", web);
        List<URI> opened = new ArrayList<>();
        Consumer<URI> person = page -> {
            opened.add(page);
            String redirectUri = Objects.requireNonNull(User.query(page).get("redirect_uri"));
            web.get(alice.followUntil(page, redirectUri));
        };

        Outcome doctor =
                run(person, List.of("doctor", "--sign-in", "--http-port", Integer.toString(gateway.httpPort())));

        assertThat(doctor.out())
                .as(doctor.err())
                .contains("VS Code: after revocation the token is refused (401)")
                .contains("Cursor: after revocation the token is refused (401)")
                .contains("mcp-remote: after revocation the token is refused (401)")
                .contains("Claude: shows its page")
                .contains("arrives piece by piece")
                .contains(" 0 warnings, 0 problems, 0 not checked.");
        assertThat(doctor.exitCode()).isZero();
        assertThat(opened).hasSize(3);
        assertThat(run(_ -> {}, List.of("clients")).out()).doesNotContain("MCP gateway doctor");
    }

    @Test
    void looksAtTheManagementToo() throws Exception {
        assumeTrue(isInstalled("curl") && isInstalled("jq"), "the backup needs curl and jq");
        run(_ -> {}, List.of("export", data.resolve("backup.ndjson").toString()));

        Outcome doctor = run(
                _ -> {},
                List.of(
                        "--json",
                        "doctor",
                        "--local",
                        "--read-only",
                        "--http-port",
                        Integer.toString(gateway.httpPort())));

        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
        JsonObject report = Json.createReader(new StringReader(doctor.out())).readObject();
        assertThat(report.getJsonArray("findings").getValuesAs(JsonObject.class).stream()
                        .filter(finding -> !finding.getString("level").equals("ok"))
                        .map(finding -> finding.getString("what")))
                .containsExactlyInAnyOrder("everybody who can sign in may use it", "the app's callback URL");
        assertThat(report.toString())
                .contains("the newest backup was made at ")
                .contains("the configuration written last is in force")
                .doesNotContain(Files.readString(data.resolve("admin-token")).strip());
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    /** @param person opens the pages that the doctor asks to open */
    private Outcome run(Consumer<URI> person, List<String> arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(ROOT.resolve("ops/gateway").toString(), "--data", data.toString()));
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home")));
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process));
        StringBuilder err = new StringBuilder();
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String each = lines.readLine(); each != null; each = lines.readLine()) {
                err.append(each).append('\n');
                Matcher page = PAGE.matcher(each);
                if (page.matches()) {
                    person.accept(URI.create(page.group(1)));
                }
            }
        } finally {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        return new Outcome(process.waitFor(), out.join(), err.toString());
    }

    private static String read(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
