package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;
import static dev.mcpgateway.system.Web.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Strangers from ever new networks ask for all that they can, past the limits that hold for each of them. An oracle
 * with little memory neither runs out of it nor keeps more than it may, and a user who is connected notices nothing.
 * More requests: {@code system-tests/long flood}.
 */
@Tag("faults")
@Timeout(3_600)
class FloodTest {
    private static final int REQUESTS = Integer.getInteger("flood.requests", 12_000);
    private static final int AT_ONCE = 16;
    private static final int MAX_UNUSED = 300;
    /** The user refreshes less often than is too often. */
    private static final int BETWEEN_LOOKS = Math.max(500, REQUESTS / 100);

    /** Ten times what is aimed at. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
    private final List<Long> waits = Collections.synchronizedList(new ArrayList<>());

    @Test
    void leavesMemoryBoundedAndAConnectedUserUnaffected(@TempDir Path folder) throws Exception {
        Map<String, String> settings = Map.of(
                "JAVA_TOOL_OPTIONS", "-Xmx96m -XX:+ExitOnOutOfMemoryError",
                "MAX_UNUSED_CLIENTS", Integer.toString(MAX_UNUSED),
                "MAX_PENDING_LOGINS", Integer.toString(MAX_UNUSED),
                "MAX_PENDING_DEVICES", Integer.toString(MAX_UNUSED));
        try (Deployment deployment =
                Deployment.start(folder, "jdbc:h2:file:" + folder.resolve("gateway"), 1, settings)) {
            Web web = new Web(deployment.certificates());
            Client connected = Client.register(web, deployment.echo());
            Tokens tokens = connected.signIn(new User("alice", web));
            long before = registered(web, deployment);
            Strangers strangers = new Strangers(
                    web, deployment.oracleUrls().getFirst(), deployment.echo(), deployment.verifySecret());

            for (int sent = 0; sent < REQUESTS; sent += BETWEEN_LOOKS) {
                strangers.ask(sent, BETWEEN_LOOKS);
                tokens = use(connected, tokens);
            }

            // A burst of as many as may be there, and what was let through one after the other since.
            assertThat(registered(web, deployment) - before).isBetween((long) MAX_UNUSED - 1, 3L * MAX_UNUSED);
            assertThat(answers.keySet()).as(answers.toString()).noneMatch(answer -> answer.contains(" 5"));
            assertThat(answers).containsKeys("register 201", "register 429", "verify 401");
            web.close();
        }
        waits.sort(null);
        System.out.printf(
                "flood: %d requests answered %s; a connected user waited p50 %d ms, longest %d ms%n",
                REQUESTS, new TreeMap<>(answers), waits.get(waits.size() / 2), waits.getLast());
        assertThat(Duration.ofMillis(waits.getLast())).isLessThan(LONGEST_WAIT);
    }

    private Tokens use(Client client, Tokens tokens) {
        long start = System.nanoTime();
        assertThat(client.initialize(tokens.access()).statusCode()).isEqualTo(200);
        Tokens next = tokens(client.refresh(tokens.refresh()));
        waits.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
        return next;
    }

    private static long registered(Web web, Deployment deployment) {
        long count = 0;
        String after = "";
        while (after != null) {
            var page = json(
                    web.send(HttpRequest.newBuilder(deployment.management().resolve("/admin/clients?limit=500" + after))
                            .header("Authorization", "Bearer " + deployment.adminToken())));
            count += page.getJsonArray("clients").size();
            after = page.containsKey("next") ? "&after=" + page.getString("next") : null;
        }
        return count;
    }

    /** Each request is from another network, as the router would say it. */
    private final class Strangers {
        private final Web web;
        private final URI oracle;
        private final URI service;
        private final String verifySecret;

        Strangers(Web web, URI oracle, URI service, String verifySecret) {
            this.web = web;
            this.oracle = oracle;
            this.service = service;
            this.verifySecret = verifySecret;
        }

        void ask(int first, int count) throws Exception {
            try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = first; i < first + count; i++) {
                    int number = i;
                    all.add(threads.submit(() -> ask(number)));
                }
                for (Future<?> each : all) {
                    each.get();
                }
            }
        }

        private void ask(int number) {
            switch (number % 6) {
                case 0, 1 ->
                    send(
                            number,
                            "register",
                            request(
                                    "/register",
                                    "application/json",
                                    "{\"redirect_uris\":[\"http://127.0.0.1/cb\"],\"token_endpoint_auth_method\":\"none\"}"));
                case 2 -> send(number, "authorize", request("/authorize?client_id=nobody-" + number));
                case 3 ->
                    send(
                            number,
                            "token",
                            request(
                                    "/token",
                                    "application/x-www-form-urlencoded",
                                    "grant_type=refresh_token&client_id=nobody-" + number + "&refresh_token=x"
                                            + number));
                case 4 ->
                    send(
                            number,
                            "device",
                            request("/device", "application/x-www-form-urlencoded", "user_code=BCDFGHJK"));
                default ->
                    send(
                            number,
                            "verify",
                            request("/verify")
                                    .header("Authorization", "Bearer x" + number)
                                    .header("X-Forwarded-Proto", "https")
                                    .header("X-Forwarded-Host", service.getRawAuthority())
                                    .header("X-Forwarded-Uri", service.getRawPath()));
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(oracle.resolve(path));
        }

        private HttpRequest.Builder request(String path, String type, String body) {
            return request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body));
        }

        private void send(int number, String what, HttpRequest.Builder request) {
            HttpResponse<String> answer = web.send(request.header("Gateway-Verify-Secret", verifySecret)
                    .header("X-Forwarded-For", "2001:db8:%x:%x::1".formatted(number >> 16, number & 0xffff)));
            answers.computeIfAbsent(what + " " + answer.statusCode(), _ -> new AtomicInteger())
                    .incrementAndGet();
        }
    }
}
