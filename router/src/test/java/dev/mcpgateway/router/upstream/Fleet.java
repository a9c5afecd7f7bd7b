package dev.mcpgateway.router.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Servers at 127.0.0.1, 127.0.0.2 and so on, all on one port, with names that lead to some of them. Each answers with
 * its own number.
 */
final class Fleet implements AutoCloseable {
    /** How often names are looked up: often enough for a test. */
    static final Duration LOOK_UP_INTERVAL = Duration.ofMillis(20);

    final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    final AtomicInteger lookUps = new AtomicInteger();
    final Map<Integer, ScriptedUpstream> servers = new ConcurrentHashMap<>();
    final Upstreams upstreams;
    final int port;

    private Fleet(int port) {
        this.port = port;
        this.upstreams = new Upstreams(UpstreamLimits.DEFAULTS, this::find, LOOK_UP_INTERVAL);
    }

    /** Servers with the numbers 1 to {@code size}, behind the name {@code fleet}. */
    static Fleet of(int size) throws IOException {
        Fleet fleet = new Fleet(ScriptedUpstream.freePort());
        for (int number = 1; number <= size; number++) {
            fleet.start(number);
        }
        fleet.name("fleet", fleet.servers.keySet().toArray(Integer[]::new));
        return fleet;
    }

    void start(int number) throws IOException {
        start(number, answering(Integer.toString(number)));
    }

    void start(int number, ScriptedUpstream.Script script) throws IOException {
        servers.put(number, ScriptedUpstream.at("127.0.0." + number, port, script));
    }

    /** From now on connections are refused. */
    void stop(int number) throws Exception {
        servers.remove(number).close();
        Eventually.holds(() -> {
            try (Socket _ = new Socket("127.0.0." + number, port)) {
                return false; // closing a listener takes a moment
            } catch (IOException _) {
                return true;
            }
        });
    }

    /** Says which servers are behind a name; none for a name that does not resolve. */
    void name(String name, Integer... numbers) {
        names.put(
                name,
                List.of(numbers).stream()
                        .map(number -> InetAddress.ofLiteral("127.0.0." + number))
                        .toList());
    }

    /** The upstream that is the name {@code fleet}. */
    Upstream upstream(Balancing balancing) {
        return new Upstream(
                "echo",
                List.of(Upstream.server("echo", "http://fleet:" + port, 1, "/mcp", null)),
                Requests.PATIENT,
                balancing);
    }

    static Balancing balancing(Balancing.Policy policy) {
        return balancing(policy, HealthCheck.NONE, Balancing.Ejection.DEFAULTS);
    }

    static Balancing balancing(Balancing.Policy policy, HealthCheck health, Balancing.Ejection ejection) {
        return new Balancing(policy, Balancing.UNBOUNDED, 10, Duration.ofSeconds(5), health, ejection, true);
    }

    static ScriptedUpstream.Script answering(String body) {
        return peer -> {
            while (peer.readRequest().isPresent()) {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        };
    }

    /** Who answered. */
    int ask(Upstream upstream, UpstreamRequest request) throws UpstreamException {
        try (UpstreamResponse response = upstreams.send(upstream, request)) {
            return Integer.parseInt(new String(response.readUpTo(10), StandardCharsets.ISO_8859_1));
        }
    }

    int ask(Upstream upstream) throws UpstreamException {
        return ask(upstream, Requests.post("{}"));
    }

    /** How often each server answers, by its number. */
    Map<Integer, Integer> count(Upstream upstream, int requests) throws UpstreamException {
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            answers.merge(ask(upstream), 1, Integer::sum);
        }
        return answers;
    }

    /** What is known of the server with this number. */
    EndpointStatus status(int number) {
        return upstreams.status().getFirst().endpoints().stream()
                .filter(endpoint -> endpoint.address().equals("127.0.0." + number + ":" + port))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        upstreams.close();
        for (ScriptedUpstream server : servers.values()) {
            server.close();
        }
    }

    List<InetAddress> find(String name) throws UnknownHostException {
        lookUps.incrementAndGet();
        List<InetAddress> found = names.getOrDefault(name, List.of());
        if (found.isEmpty()) {
            throw new UnknownHostException(name);
        }
        return found;
    }
}
