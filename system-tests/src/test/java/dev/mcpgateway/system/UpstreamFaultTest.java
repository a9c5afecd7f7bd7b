package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users notice when MCP servers hang, break off, die or move (figure F-10). */
@Tag("faults")
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
class UpstreamFaultTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(1);
    private static final int CALLS = 50;

    private final int port = Gateway.freePort();
    private final List<AutoCloseable> servers = new ArrayList<>();
    private Path names;
    private Deployment deployment;
    private Web web;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        names = folder.resolve("names");
        name("hole.test", 1);
        deployment = Deployment.start(
                folder,
                "jdbc:h2:file:" + folder.resolve("gateway"),
                1,
                Map.of(
                        "JDK_JAVA_OPTIONS",
                        "-Djdk.net.hosts.file=" + names,
                        "UPSTREAM_DNS_INTERVAL",
                        System.getProperty("upstream.dns", "1s")));
        web = new Web(deployment.certificates());
    }

    @AfterAll
    void stop() throws Exception {
        web.close();
        deployment.close();
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    /** Says which addresses (127.0.0.N) a name has; no other name but localhost has any. */
    private void name(String name, int... addresses) throws IOException {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        for (int address : addresses) {
            lines.append("127.0.0.%d %s\n".formatted(address, name));
        }
        Files.writeString(names, lines);
    }

    /** Answers every request with its number. */
    private HttpServer serve(int address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0." + address, port), 0);
        byte[] body = Integer.toString(address).getBytes(StandardCharsets.US_ASCII);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        servers.add(() -> server.stop(0));
        return server;
    }

    /** Accepts connections and does this with them. */
    private void accept(int address, Fault fault) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.ofLiteral("127.0.0." + address));
        servers.add(server);
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    fault.happensTo(server.accept());
                }
            } catch (IOException _) {
                // closed: the test is over
            }
        });
    }

    private interface Fault {
        void happensTo(Socket socket) throws IOException;
    }

    private static void reset(Socket socket) throws IOException {
        int _ = socket.getInputStream().read();
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private HttpResponse<String> call(URI service, String token) {
        return web.send(HttpRequest.newBuilder(service).header("Authorization", "Bearer " + token));
    }

    private String signIn(URI service) {
        return Client.register(web, service).signIn(new User("alice", web)).access();
    }

    private static Duration await(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(PATIENCE);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @Test
    void aServerThatHangsIsGivenUpWithinItsTimeout() throws IOException {
        name("hole.test", 1);
        accept(1, socket -> servers.add(socket)); // and never says a word
        URI service = add("hole", "response_timeout: " + RESPONSE_TIMEOUT.toMillis() + "ms");
        String token = signIn(service);

        long asked = System.nanoTime();
        HttpResponse<String> answer = call(service, token);
        Duration waited = Duration.ofNanos(System.nanoTime() - asked);

        System.out.printf("upstream: a server that hangs, 504 after %d ms%n", waited.toMillis());
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(waited).isBetween(RESPONSE_TIMEOUT, RESPONSE_TIMEOUT.multipliedBy(5));
    }

    @Test
    void oneOfTwoThatBreaksOffOrDiesIsNoticedByNobody() throws IOException {
        name("pair.test", 2, 3);
        HttpServer second = serve(2);
        accept(3, UpstreamFaultTest::reset);
        URI service = add("pair", "balance: round_robin");
        String token = signIn(service);

        List<String> whileOneBreaksOff = calls(service, token);
        HttpServer fourth = serve(4);
        name("pair.test", 2, 4);
        await("a new address gets requests", () -> call(service, token).body().equals("4"));
        second.stop(0);
        List<String> whileOneIsDead = calls(service, token);
        fourth.stop(0);

        assertThat(whileOneBreaksOff).containsOnly("200 2");
        assertThat(whileOneIsDead).containsOnly("200 4");
    }

    @Test
    void aServerThatMovesIsFollowed() throws IOException {
        name("moving.test", 5);
        serve(5);
        URI service = add("moving", "balance: round_robin");
        String token = signIn(service);
        assertThat(call(service, token).body()).isEqualTo("5");

        serve(6);
        name("moving.test", 6);
        Duration followed = await(
                "the name's new address gets requests",
                () -> call(service, token).body().equals("6"));
        List<String> afterwards = calls(service, token);

        System.out.printf("upstream: a name's new address was followed after %d ms%n", followed.toMillis());
        assertThat(afterwards).containsOnly("200 6");
    }

    private List<String> calls(URI service, String token) {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            HttpResponse<String> answer = call(service, token);
            answers.add(answer.statusCode() + " " + answer.body());
        }
        return answers;
    }

    private URI add(String name, String setting) {
        URI url = URI.create(deployment.issuer() + "/" + name + "/mcp");
        URI metadata = URI.create(deployment.issuer() + "/.well-known/oauth-protected-resource/" + name + "/mcp");
        deployment.addText(
                "  %s:%n    upstream: http://%s.test:%d%n    allow: [github:Alice]%n    %s%n"
                        .formatted(name, name, port, setting),
                () -> web.get(url).statusCode() == 401 && web.get(metadata).statusCode() == 200);
        return url;
    }
}
