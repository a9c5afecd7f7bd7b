package dev.mcpgateway.router;

import dev.mcpgateway.router.upstream.ScriptedUpstream;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A whole router on real sockets, before servers that remember every byte they get. */
final class TestRouter implements AutoCloseable {
    static final String ALLOWED = "HTTP/1.1 204 No Content\r\nX-User-Id: 42\r\nX-User-Name: alice\r\n\r\n";
    static final String DENIED = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer resource_metadata=\"x\"\r\n"
            + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

    static final String REVOCATIONS = "GET /verify/revocations ";
    private static final String NO_STREAM = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    private final Path folder;
    private final ScriptedUpstream service;
    private final ScriptedUpstream verify;
    private final ScriptedUpstream oracle;
    private final Router router;
    private final String yaml;

    private TestRouter(Setup setup) throws IOException {
        folder = Files.createTempDirectory("router-test");
        service = ScriptedUpstream.playing(setup.service);
        verify = ScriptedUpstream.playing(
                peer -> (peer.asksFor(REVOCATIONS) ? setup.revocations : setup.verify).play(peer));
        oracle = ScriptedUpstream.playing(setup.oracle);
        Map<String, String> environment = new HashMap<>(Map.of(
                "ROUTER_ADDRESS", "127.0.0.1",
                "ROUTER_HTTPS_PORT", Integer.toString(setup.port),
                "ROUTER_HTTP_PORT", "0",
                "ROUTER_MANAGEMENT_PORT", "0",
                "VERIFY_URL", "http://" + verify.endpoint() + "/verify",
                "ORACLE_URL", "http://" + oracle.endpoint(),
                "VERIFY_SECRET", "a-secret-of-at-least-32-characters",
                "CERTIFICATES_DIR", folder.resolve("certificates").toString(),
                "DRAIN_TIMEOUT", "5s"));
        environment.put("ACCESS_LOG", "off");
        if (setup.verifiedByOracle) {
            environment.put("VERIFY_URL", "http://" + oracle.endpoint() + "/verify");
        }
        environment.putAll(setup.environment);
        yaml = "services:\n  echo:\n    upstream: http://%s/up\n%s".formatted(service.endpoint(), setup.yaml)
                + setup.sections;
        Problems problems = new Problems();
        GatewayFile file = GatewayFile.parse(yaml, "gateway.yaml", problems);
        router = Router.start(RouterSettings.read(new Settings(environment, file, problems)));
    }

    /** What differs from the usual: services below https://localhost, everything allowed, and "hello" as answer. */
    static final class Setup {
        private final int port = freePort();
        /** Without health checks, which scripts do not expect. */
        private final Map<String, String> environment = new HashMap<>(Map.of(
                "BASE_DOMAIN", "localhost",
                "ISSUER", "https://localhost:" + port,
                "SERVICE_URLS", "path",
                "UPSTREAM_HEALTH", "none",
                "VERIFY_HEALTH", "none",
                "ORACLE_HEALTH", "none"));

        private boolean verifiedByOracle;
        private String yaml = "";
        private String sections = "";
        private ScriptedUpstream.Script service = answering(HELLO);
        private ScriptedUpstream.Script verify = answering(ALLOWED);
        private ScriptedUpstream.Script revocations = answeringOnce(NO_STREAM);
        private ScriptedUpstream.Script oracle = answering(HELLO);

        Setup service(ScriptedUpstream.Script script) {
            service = script;
            return this;
        }

        Setup service(String answer) {
            return service(answering(answer));
        }

        Setup verify(ScriptedUpstream.Script script) {
            verify = script;
            return this;
        }

        Setup verify(String answer) {
            return verify(answering(answer));
        }

        /** What comes on the stream of revocations; there is none by default. */
        Setup revocations(ScriptedUpstream.Script script) {
            revocations = script;
            return this;
        }

        Setup oracle(String answer) {
            oracle = answering(answer);
            return this;
        }

        Setup with(String setting, String value) {
            environment.put(setting, value);
            return this;
        }

        /** Services on hosts of their own: echo.example.test. */
        Setup hostForm() {
            return with("BASE_DOMAIN", "example.test")
                    .with("ISSUER", "https://auth.example.test:" + port)
                    .with("SERVICE_URLS", "host");
        }

        /** Verify is at the place of the authorization server. */
        Setup verifiedByOracle() {
            verifiedByOracle = true;
            return this;
        }

        /** More lines for the service {@code echo}, without their indentation. */
        Setup serviceYaml(String lines) {
            yaml = lines.indent(4);
            return this;
        }

        /** Sections of gateway.yaml beside the services. */
        Setup yaml(String text) {
            sections = text;
            return this;
        }

        /** Of the HTTPS entry point. */
        int port() {
            return port;
        }

        TestRouter start() throws IOException {
            return new TestRouter(this);
        }
    }

    static Setup setup() {
        return new Setup();
    }

    /** The head of an answer. */
    static String answer(String status, String... lines) {
        return "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    static ScriptedUpstream.Script answering(String answer) {
        return peer -> {
            // The stream of revocations is asked for on a connection of its own.
            while (!peer.asksFor(REVOCATIONS) && peer.readRequest().isPresent()) {
                peer.send(answer);
            }
        };
    }

    static ScriptedUpstream.Script answeringOnce(String answer) {
        return peer -> {
            peer.readRequest();
            peer.send(answer);
        };
    }

    /** Writes gateway.yaml as it is now and watches it. */
    void watch() throws IOException {
        rewrite(yaml);
        router.watch(folder);
    }

    /** What gateway.yaml says. */
    String yaml() {
        return yaml;
    }

    /** As editors and orchestrators do it: beside the file, and then in its place. */
    void rewrite(String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, folder.resolve("gateway.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes gateway.yaml. */
    void delete() throws IOException {
        Files.delete(folder.resolve("gateway.yaml"));
    }

    Router router() {
        return router;
    }

    ScriptedUpstream service() {
        return service;
    }

    ScriptedUpstream verify() {
        return verify;
    }

    /** What verify was asked so far. */
    List<String> questions() {
        return verify.requests().stream()
                .filter(request -> !request.startsWith(REVOCATIONS))
                .toList();
    }

    ScriptedUpstream oracle() {
        return oracle;
    }

    /** {@code localhost:PORT}. */
    String host() {
        return "localhost:" + router.httpsPort();
    }

    /** A connection over TLS that trusts the local authority only. */
    RawClient connect() {
        return connect("localhost");
    }

    RawClient connect(String serverName) {
        try {
            return new RawClient(tlsSocket(serverName, List.of("TLSv1.3", "TLSv1.2")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #connect}, from another address of this machine. */
    RawClient connectFrom(String address) throws IOException {
        Socket plain =
                new Socket(InetAddress.getLoopbackAddress(), router.httpsPort(), InetAddress.ofLiteral(address), 0);
        return new RawClient(tlsSocket(plain, "localhost", List.of("TLSv1.3")));
    }

    RawHttp2Client connectHttp2() throws IOException {
        return connectHttp2("localhost");
    }

    RawHttp2Client connectHttp2(String serverName) throws IOException {
        return new RawHttp2Client(http2Socket(serverName));
    }

    /** A connection on which HTTP/2 was agreed on. */
    SSLSocket http2Socket(String serverName) throws IOException {
        return http2Socket(new Socket(InetAddress.getLoopbackAddress(), router.httpsPort()), serverName);
    }

    SSLSocket http2Socket(Socket plain, String serverName) throws IOException {
        SSLSocket socket =
                (SSLSocket) trust().getSocketFactory().createSocket(plain, serverName, router.httpsPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new IOException("HTTP/2 was not agreed on but: " + socket.getApplicationProtocol());
        }
        return socket;
    }

    /** As an old client, or one that was given an address. */
    RawClient connectWithoutServerName() throws IOException {
        SSLSocket socket = (SSLSocket) trust().getSocketFactory()
                .createSocket(
                        new Socket(InetAddress.getLoopbackAddress(), router.httpsPort()),
                        "127.0.0.1",
                        router.httpsPort(),
                        true);
        socket.startHandshake();
        return new RawClient(socket);
    }

    SSLSocket tlsSocket(String serverName, List<String> protocols) throws IOException {
        return tlsSocket(new Socket(InetAddress.getLoopbackAddress(), router.httpsPort()), serverName, protocols);
    }

    SSLSocket tlsSocket(Socket plain, String serverName, List<String> protocols) throws IOException {
        SSLSocket socket =
                (SSLSocket) trust().getSocketFactory().createSocket(plain, serverName, router.httpsPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setProtocols(protocols.toArray(String[]::new));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    RawClient connectPlain(int port) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Sends one request on a connection of its own. */
    RawClient.Answer ask(String request) throws IOException {
        try (RawClient client = connect()) {
            return client.send(request).read();
        }
    }

    /** A request without a body for the service; lines are header lines. */
    String get(String target, String... lines) {
        return request("GET", target, "", lines);
    }

    /** A request for the service with a token and a body. */
    String post(String target, String body, String... lines) {
        return request(
                "POST",
                target,
                body,
                Stream.concat(Stream.of(lines), Stream.of("Content-Length: " + body.length()))
                        .toArray(String[]::new));
    }

    String request(String method, String target, String body, String... lines) {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host() + "\r\n");
        for (String line : lines) {
            request.append(line).append("\r\n");
        }
        return request.append("\r\n").append(body).toString();
    }

    SSLContext trust() {
        try (InputStream in = Files.newInputStream(router.caFile())) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        // Below the range that the system takes ports for connections from, so that it stays free.
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException _) {
                // taken; try another
            }
        }
        throw new IllegalStateException("no free port");
    }

    @Override
    public void close() throws IOException {
        router.close();
        service.close();
        verify.close();
        oracle.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
