package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ops/gateway} against a running quick start. Needs curl and jq, as the command itself does. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
class OperatorCommandsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Path data;
    private Gateway gateway;
    private Web web;

    private record Outcome(int exitCode, String output) {}

    @BeforeAll
    void start(@TempDir Path folder) {
        assumeTrue(
                Stream.of("curl", "jq").allMatch(OperatorCommandsTest::isInstalled),
                "ops/gateway needs curl and jq; Debian: apt-get install curl jq");
        gateway = Gateway.start(folder);
        data = folder.resolve("state");
        web = new Web(gateway.certificates());
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            web.close();
            gateway.close();
        }
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    @Test
    void saysThatEverythingIsUp() throws Exception {
        Outcome health = run("check-health");

        assertThat(health.output()).contains("oracle  ready").contains("router  ready");
        assertThat(health.exitCode()).isZero();
    }

    @Test
    void listsCertificatesAndSaysWhereNoneAreOrdered() throws Exception {
        Outcome list = run("certs");

        assertThat(list.exitCode()).as(list.output()).isZero();
        assertThat(list.output()).contains("next_order").containsPattern("localhost +local +");
        Outcome renewed = run("certs", "renew", "localhost");
        assertThat(renewed.exitCode()).isEqualTo(1);
        assertThat(renewed.output()).contains("set ACME_EMAIL and ACME_ACCEPT_TERMS");
    }

    @Test
    void backsCertificatesUpAndRestoresThemForTheirOwnerAlone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("certificates.tar.gz");

        Outcome backup = run("certs", "backup", file.toString());
        Outcome again = run("certs", "backup", file.toString());
        Outcome restored = run("--data", folder.resolve("other").toString(), "certs", "restore", file.toString());
        Outcome over = run("certs", "restore", file.toString());

        assertThat(backup.output()).contains("It holds private keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("is there already");
        assertThat(restored.exitCode()).as(restored.output()).isZero();
        Path certificates = folder.resolve("other/certificates");
        assertThat(certificates.resolve("local-ca.pem"))
                .hasSameTextualContentAs(data.resolve("certificates/local-ca.pem"));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(certificates.resolve("local-ca-key.pem"))))
                .isEqualTo("rw-------");
        assertThat(over.exitCode()).isEqualTo(1);
        assertThat(over.output()).contains("is not empty");
    }

    @Test
    void endsTheConnectionOfAToken(@TempDir Path folder) throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        Client.Tokens tokens = client.signIn(new User("with-a-lost-token", web));
        Path file = Files.writeString(folder.resolve("token"), tokens.access() + "\n");

        Outcome revoked = run("revoke-token", file.toString());

        assertThat(revoked.exitCode()).as(revoked.output()).isZero();
        assertThat(revoked.output())
                .contains("Ended the connection")
                .contains("local:with-a-lost-token")
                .doesNotContain(tokens.access());
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(401);
        Outcome again = run("revoke-token", file.toString());
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.output()).contains("no live grant belongs to this");
    }

    @Test
    void explainsATokenWithoutShowingIt(@TempDir Path folder) throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        Client.Tokens tokens = client.signIn(new User("explained", web));
        Path access = Files.writeString(folder.resolve("access"), tokens.access() + "\n");
        Path refresh = Files.writeString(folder.resolve("refresh"), tokens.refresh());

        Outcome live = run("token", "explain", access.toString());
        Outcome refreshToken = run("token", "explain", refresh.toString());
        Outcome counted = run("stats");
        run("revoke-user", "local:explained");
        Outcome revoked = run("token", "explain", access.toString());

        assertThat(live.exitCode()).as(live.output()).isZero();
        assertThat(live.output())
                .startsWith("access token, live")
                .contains("aud: " + gateway.service("echo"))
                .contains("of local:explained (explained) with client " + client.id());
        assertThat(refreshToken.output()).startsWith("refresh token, live");
        assertThat(counted.output()).containsPattern("connections: +[1-9]").contains(gateway.service("echo") + " ");
        assertThat(revoked.exitCode()).isEqualTo(1);
        assertThat(revoked.output()).startsWith("access token, refused: its connection has ended");
        String signature = tokens.access().substring(tokens.access().lastIndexOf('.') + 1);
        assertThat(live.output() + refreshToken.output() + revoked.output())
                .doesNotContain(signature)
                .doesNotContain(tokens.refresh());
    }

    @Test
    void listsAndRotatesKeys() throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        Client.Tokens tokens = client.signIn(new User("with-an-old-key", web));

        assertThat(run("keys", "list").output()).contains("ES256").contains("current");
        Outcome rotated = run("keys", "rotate");

        assertThat(rotated.exitCode()).as(rotated.output()).isZero();
        assertThat(rotated.output()).contains("next").contains("nobody has to sign in again");
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
        assertThat(run("keys", "withdraw", "unknown").exitCode()).isEqualTo(1);
        assertThat(run("keys").output()).contains("keys list, keys rotate, keys withdraw KID");
    }

    @Test
    void showsWhatHappened() throws Exception {
        Client.register(web, gateway.service("echo")).signIn(new User("watched", web));

        Outcome audit = run("audit");
        assertThat(audit.exitCode()).as(audit.output()).isZero();
        assertThat(audit.output().lines())
                .anyMatch(line -> line.contains(" consent.given ") && line.contains("user=local:watched"))
                .anyMatch(line -> line.contains(" token.issued ") && line.contains("user=local:watched"));
        assertThat(run("--json", "audit", "1").output().strip())
                .startsWith("{")
                .endsWith("}")
                .hasLineCount(1);
        assertThat(run("audit", "many").exitCode()).isEqualTo(2);
    }

    @Test
    void backsUpAndRestores(@TempDir Path folder) throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        Client.Tokens kept = client.signIn(new User("backed-up", web));
        Client.Tokens revoked = Client.register(web, gateway.service("echo")).signIn(new User("revoked", web));
        Path file = folder.resolve("gateway.ndjson");

        Outcome exported = run("export", file.toString());
        assertThat(exported.exitCode()).as(exported.output()).isZero();
        assertThat(exported.output()).contains("records in " + file).contains("GATEWAY_JWT_SECRET");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(run("export", file.toString()).exitCode()).isEqualTo(1);
        assertThat(run("export", "--force", file.toString()).exitCode()).isZero();
        run("revoke-user", "local:revoked");

        Outcome imported = run("import", "--replace", file.toString());
        assertThat(imported.exitCode()).as(imported.output()).isZero();
        assertThat(imported.output()).contains("grant: ").contains("the oracle needs the GATEWAY_JWT_SECRET");
        assertThat(client.initialize(kept.access()).statusCode()).isEqualTo(200);
        assertThat(client.initialize(revoked.access()).statusCode()).isEqualTo(401);

        Files.writeString(file, Files.readString(file).replace("\"sequence\":0", "\"sequence\":1"));
        Outcome tampered = run("import", file.toString());
        assertThat(tampered.exitCode()).isEqualTo(1);
        assertThat(tampered.output()).contains("checksum is wrong").doesNotContain("\tat ");
    }

    @Test
    void listsWhoUsesWhatAndEndsIt() throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        Client.Tokens tokens = client.signIn(new User("operated", web));

        assertThat(run("clients").output()).contains(client.id());
        assertThat(run("grants", "--user", "local:operated").output())
                .contains(client.id())
                .contains(gateway.service("echo").toString())
                .contains("1 in all");
        assertThat(run("grants", "--user", "local:nobody").output()).contains("0 in all");

        Outcome revoked = run("revoke-user", "local:operated");
        assertThat(revoked.exitCode()).isZero();
        assertThat(revoked.output()).contains("Ended 1 connection(s) of local:operated");
        assertThat(run("grants", "--user", "local:operated").output()).contains("0 in all");
        assertThat(client.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(401);
    }

    @Test
    void printsJsonForPrograms() throws Exception {
        Client client = Client.register(web, gateway.service("echo"));
        tokens(client.refresh(client.signIn(new User("reader", web)).refresh()));

        assertThat(run("--json", "grants", "--client", client.id()).output().strip())
                .startsWith("[")
                .contains("\"client_id\": \"" + client.id() + "\"")
                .endsWith("]");
    }

    @Test
    void explainsWhichRouteARequestTakes() throws Exception {
        String url = gateway.service("echo").toString();

        Outcome explained = run("route", "explain", url + "/x?y=1", "--method", "POST", "--header", "X-A: b");
        assertThat(explained.exitCode()).as(explained.output()).isZero();
        assertThat(explained.output().lines())
                .anyMatch(line -> line.startsWith("no   verify: PathPrefixAnyCase(`/verify`): the path is /echo/mcp/x"))
                .anyMatch(line -> line.startsWith("yes  echo: Host(`localhost`) && PathPrefix(`/echo/mcp`) (priority "))
                .anyMatch(line -> line.contains(". verify is asked"))
                .anyMatch(line -> line.contains(". forwarded to echo, with the identity, at 127.0.0.1:")
                        && line.endsWith(" as POST /mcp/x?y=1"));

        String verify = url.replace("/echo/mcp", "/verify");
        assertThat(run("route", "explain", verify).output())
                .contains("yes  verify: ")
                .contains("answered with 404");
        assertThat(run("route", "explain", url, "--json").output()).startsWith("{\"taken\":\"echo\"");
        assertThat(run("route", "explain", "nonsense").exitCode()).isEqualTo(1);
        assertThat(run("route", "explain", url, "--header").output()).contains("--header needs a value");
        assertThat(run("route", "explan").exitCode()).isEqualTo(2);
    }

    @Test
    void refusesWithoutTheToken() throws Exception {
        Path other = Files.createDirectories(data.resolve("stranger"));
        Files.copy(data.resolve("quickstart.json"), other.resolve("quickstart.json"));
        Files.writeString(other.resolve("admin-token"), "wrong");

        Outcome refused = command(List.of("--data", other.toString(), "clients"));

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).startsWith("Refused (");
    }

    @Test
    void saysWhatIsAcceptedWhenMisused() throws Exception {
        Outcome unknown = run("grant");

        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.output()).startsWith("Unknown command 'grant'.").contains("check-health");
        assertThat(run("revoke-user").output()).startsWith("revoke-user needs a user's id");
    }

    private Outcome run(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--data", data.toString()));
        all.addAll(List.of(arguments));
        return command(all);
    }

    private static Outcome command(List<String> arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(ROOT.resolve("ops/gateway").toString()));
        line.addAll(arguments);
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output);
    }
}
