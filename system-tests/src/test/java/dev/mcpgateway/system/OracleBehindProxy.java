package dev.mcpgateway.system;

import dev.mcpgateway.oracle.testing.github.GithubStandIn;
import dev.mcpgateway.oracle.testing.github.GithubStandIn.App;
import dev.mcpgateway.system.ServiceProcess.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An oracle with the embedded database and an MCP server, for a proxy that is not ours. The services {@code echo} and
 * {@code files} are on hosts of their own, and for alice of GitHub; only {@code echo} has an MCP server.
 */
final class OracleBehindProxy implements AutoCloseable {
    private static final String SECRET = "the-secret-of-proxy-and-oracle-in-system-tests";

    private final Path folder;
    private final int httpsPort = Gateway.freePort();
    private final int oraclePort = Gateway.freePort();
    private final int demoPort = Gateway.freePort();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final GithubStandIn github;
    private final RecordingUpstream upstream;
    private @Nullable ServiceProcess oracle;

    private OracleBehindProxy(Path folder) {
        this.folder = folder;
        github = keep(GithubStandIn.start(
                new App("Iv1.system-test", "secret-of-the-app-at-github", URI.create(issuer() + "/callback"))));
        upstream = keep(RecordingUpstream.start(URI.create("http://127.0.0.1:" + demoPort)));
    }

    /** Starts everything but the proxy, and waits until it is ready. */
    static OracleBehindProxy start(Path folder) throws IOException {
        OracleBehindProxy behind = new OracleBehindProxy(folder);
        try {
            behind.startProcesses();
            return behind;
        } catch (IOException | RuntimeException | Error e) {
            behind.close();
            throw e;
        }
    }

    private void startProcesses() throws IOException {
        makeCertificate();
        ServiceProcess demo = keep(ServiceProcess.start(demoServer(demoPort)));
        ServiceProcess started = keep(ServiceProcess.start(oracle()));
        oracle = started;
        demo.awaitReady();
        started.awaitReady();
    }

    /** Closes this part before those that were there already. */
    <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private Program demoServer(int port) {
        return new Program(
                "demo-server",
                Modules.demoServer(),
                "dev.mcpgateway.demo/dev.mcpgateway.demo.DemoServer",
                List.of("--port", Integer.toString(port)),
                Map.of(),
                URI.create("http://127.0.0.1:" + port + "/mcp"),
                folder.resolve("demo-server.log"));
    }

    private Program oracle() throws IOException {
        Files.createDirectory(folder.resolve("config"));
        Files.writeString(folder.resolve("config/gateway.yaml"), """
                services:
                  echo:
                    upstream: http://127.0.0.1:%d
                    allow: [github:alice]
                    identity_assertion: true
                  files:
                    upstream: http://127.0.0.1:1
                    allow: [github:alice]
                """.formatted(upstream.port()));
        int managementPort = Gateway.freePort();
        Map<String, String> environment = Map.ofEntries(
                Map.entry("BASE_DOMAIN", "localhost"),
                Map.entry("ISSUER", issuer()),
                Map.entry("GATEWAY_CONFIG", folder.resolve("config").toString()),
                Map.entry("VERIFY_SECRET", SECRET),
                Map.entry("STORAGE_URL", "jdbc:h2:file:" + folder.resolve("gateway")),
                Map.entry("KEYS_DIR", folder.resolve("auth-keys").toString()),
                Map.entry("ORACLE_ADDRESS", "127.0.0.1"),
                Map.entry("ORACLE_PORT", Integer.toString(oraclePort)),
                Map.entry("ORACLE_MANAGEMENT_PORT", Integer.toString(managementPort)),
                Map.entry("GITHUB_CLIENT_ID", github.app().clientId()),
                Map.entry("GITHUB_CLIENT_SECRET", github.app().clientSecret()),
                Map.entry("GITHUB_URL", github.url().toString()),
                Map.entry("GITHUB_API_URL", github.apiUrl().toString()));
        return new Program(
                "oracle",
                Modules.oracle(),
                "dev.mcpgateway.oracle/dev.mcpgateway.oracle.OracleMain",
                List.of(),
                environment,
                URI.create("http://127.0.0.1:" + managementPort + "/health/ready"),
                folder.resolve("oracle.log"));
    }

    private void makeCertificate() throws IOException {
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=system test",
                        "-addext",
                        "subjectAltName=DNS:auth.localhost,DNS:echo.localhost",
                        "-keyout",
                        key().toString(),
                        "-out",
                        certificate().toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        if (openssl.onExit().join().exitValue() != 0) {
            throw new AssertionError("no certificate: " + Files.readString(folder.resolve("openssl.log")));
        }
    }

    /** Replaces what differs between the guide and this machine: hosts, addresses and files. */
    String adapt(String configuration) {
        String secretFile = folder.resolve("verify-secret.conf").toString();
        return configuration
                .replaceAll("Host (auth|echo)\\.example\\.com", "Host $1.localhost:" + httpsPort)
                .replaceAll("https://(auth|echo)\\.example\\.com", "https://$1.localhost:" + httpsPort)
                .replaceAll("(auth|echo)\\.example\\.com", "$1.localhost")
                .replace("listen 443 ", "listen 127.0.0.1:" + httpsPort + " ")
                .replace("127.0.0.1:8000", "127.0.0.1:" + oraclePort)
                .replace("127.0.0.1:3000", "127.0.0.1:" + upstream.port())
                .replace("/etc/ssl/gateway/fullchain.pem", certificate().toString())
                .replace("/etc/ssl/gateway/privkey.pem", key().toString())
                .replace("/etc/nginx/gateway-verify-secret.conf", secretFile);
    }

    Path folder() {
        return folder;
    }

    /** What proxy and oracle share. */
    String verifySecret() {
        return SECRET;
    }

    /** Where the proxy has to listen. */
    int httpsPort() {
        return httpsPort;
    }

    String issuer() {
        return "https://auth.localhost:" + httpsPort;
    }

    URI service(String name) {
        return URI.create("https://" + name + ".localhost:" + httpsPort + "/mcp");
    }

    /** Trusted by clients; the proxy's own. */
    Path certificate() {
        return folder.resolve("certificate.pem");
    }

    private Path key() {
        return folder.resolve("key.pem");
    }

    /** A user of GitHub as the MCP server sees them. */
    String idOf(String login) {
        return Long.toString(github.idOf(login));
    }

    /** What reaches the MCP server of {@code echo}. */
    RecordingUpstream upstream() {
        return upstream;
    }

    ServiceProcess process() {
        return Objects.requireNonNull(oracle, "not started");
    }

    @Override
    public void close() {
        List<Exception> failures = new ArrayList<>();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("the deployment did not end cleanly", failures.getFirst());
        }
    }
}
