package dev.mcpgateway.oracle.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import dev.mcpgateway.oracle.testing.SettableClock;
import dev.mcpgateway.settings.Rate;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T12:00:00Z"));

    @Test
    void letsABurstPassAndThenOneAfterTheOther() {
        RateLimit limit = new RateLimit(new Rate(3, Duration.ofSeconds(30)), clock);

        for (int i = 0; i < 3; i++) {
            assertThat(limit.acquire("a")).isEmpty();
        }
        assertThat(limit.acquire("a")).contains(Duration.ofSeconds(10));
        assertThat(limit.acquire("b")).isEmpty();
        clock.advance(Duration.ofSeconds(10));
        assertThat(limit.acquire("a")).isEmpty();
        assertThat(limit.acquire("a")).isPresent();
        clock.advance(Duration.ofMinutes(5));
        for (int i = 0; i < 3; i++) {
            assertThat(limit.acquire("a")).isEmpty();
        }
        assertThat(limit.acquire("a")).isPresent();
    }

    @Test
    void doesNotLimitWhereItIsSwitchedOff() {
        RateLimit limit = new RateLimit(new Rate(0, Duration.ofSeconds(1)), clock);

        for (int i = 0; i < 1_000; i++) {
            assertThat(limit.acquire("a")).isEmpty();
        }
    }

    @Test
    void remembersABoundedNumberOfKeysAndThoseThatAskLongest() {
        RateLimit limit = new RateLimit(new Rate(1, Duration.ofHours(1)), clock);
        limit.acquire("mine");

        for (int i = 0; i < 100_000; i++) {
            limit.acquire("stranger-" + i);
            assertThat(limit.acquire("mine")).isPresent();
        }
    }

    private static HttpResponse<String> register(RunningOracle oracle, String address) {
        return oracle.send(oracle.request("/register")
                .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                .header("X-Forwarded-For", address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"redirect_uris\":[\"https://a.example/cb\"]}")));
    }

    private static void assertTooMany(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(429);
        assertThat(response.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isPositive();
        assertThat(RunningOracle.json(response).getString("error")).isEqualTo("too_many_requests");
    }

    @Test
    void boundsRegistrationsByNetwork() {
        try (RunningOracle oracle = RunningOracle.start(Map.of("REGISTRATION_LIMIT", "2/1h"))) {
            assertThat(register(oracle, "2001:db8:0:1::1").statusCode()).isEqualTo(201);
            assertThat(register(oracle, "2001:db8:0:1::2").statusCode()).isEqualTo(201);
            assertTooMany(register(oracle, "2001:db8:0:1:ffff::3"));
            assertThat(register(oracle, "2001:db8:0:2::1").statusCode()).isEqualTo(201);
            assertThat(register(oracle, "192.0.2.7").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void boundsWhatNobodyUsesWhereverItComesFrom() {
        try (RunningOracle oracle = RunningOracle.start(
                Map.of("MAX_UNUSED_CLIENTS", "2", "MAX_PENDING_LOGINS", "1", "MAX_PENDING_DEVICES", "1"))) {
            assertThat(register(oracle, "192.0.2.1").statusCode()).isEqualTo(201);
            assertThat(register(oracle, "192.0.2.2").statusCode()).isEqualTo(201);
            assertTooMany(register(oracle, "192.0.2.3"));

            String client = oracle.registerClient();
            Browser browser = new Browser(oracle);
            browser.allow(Browser.request(client));
            HttpResponse<String> another = browser.decide(browser.authorize(Browser.request(client)), "allow");
            assertThat(another.statusCode()).isEqualTo(429);
            assertThat(another.body()).contains("Too many attempts");
            assertThat(oracle.loginsBegun()).isEqualTo(1);
            // Who is connected already goes on.
            assertThat(oracle.connect(client, RunningOracle.ECHO)).containsKey("access_token");
        }
    }

    @Test
    void boundsEverythingButDocumentsByNetwork() {
        try (RunningOracle oracle = RunningOracle.start(Map.of("NETWORK_LIMIT", "2/1h"))) {
            Map<String, String> form = Map.of("client_id", "nobody", "token", "x");
            assertThat(oracle.post("/revoke", form).statusCode()).isEqualTo(401);
            assertThat(oracle.post("/revoke", form).statusCode()).isEqualTo(401);
            assertTooMany(oracle.post("/revoke", form));
            assertThat(oracle.send(oracle.request("/authorize")).statusCode()).isEqualTo(429);
            assertThat(oracle.send(oracle.request("/.well-known/oauth-authorization-server"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(oracle.send(oracle.question(URI.create(RunningOracle.ECHO)))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void boundsTokensByClientAndRefreshesByGrant() {
        try (RunningOracle oracle = RunningOracle.start(Map.of("TOKEN_LIMIT", "4/1h", "REFRESH_LIMIT", "1/1h"))) {
            String client = oracle.registerClient();
            String refresh = oracle.connect(client, RunningOracle.ECHO).getString("refresh_token");
            HttpResponse<String> first = oracle.refresh(client, refresh);
            assertThat(first.statusCode()).isEqualTo(200);
            assertTooMany(oracle.refresh(client, RunningOracle.json(first).getString("refresh_token")));
            assertThat(oracle.redeem(client, oracle.issueCode(client, RunningOracle.ECHO))
                            .statusCode())
                    .isEqualTo(200);
            assertTooMany(oracle.redeem(client, oracle.issueCode(client, RunningOracle.ECHO)));
            String another = oracle.registerClient();
            assertThat(oracle.redeem(another, oracle.issueCode(another, RunningOracle.ECHO))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void letsNobodyElseUseUpWhatAPublicClientMayAskFor() {
        try (RunningOracle oracle = RunningOracle.start(Map.of("TOKEN_LIMIT", "2/1h"))) {
            String client = oracle.registerClient();
            String stranger = "grant_type=refresh_token&refresh_token=x&client_id=" + client;
            for (int i = 0; i < 3; i++) {
                oracle.send(oracle.request("/token")
                        .header("Gateway-Verify-Secret", RunningOracle.VERIFY_SECRET)
                        .header("X-Forwarded-For", "192.0.2.66")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(stranger)));
            }

            assertThat(oracle.connect(client, RunningOracle.ECHO)).containsKey("access_token");
        }
    }

    @Test
    void leavesOthersNineTenthsOfWhatAllShare() {
        SharedCap cap = new SharedCap(new Rate(20, Duration.ofMinutes(10)), clock);

        assertThat(cap.acquire("greedy")).isEmpty();
        assertThat(cap.acquire("greedy")).isEmpty();
        assertThat(cap.acquire("greedy")).isPresent();
        for (int i = 0; i < 18; i++) {
            assertThat(cap.acquire("network-" + i)).isEmpty();
        }
        assertThat(cap.acquire("late")).isPresent();
    }

    @Test
    void boundsRequestsToAServiceByGrant() {
        try (RunningOracle oracle = RunningOracle.start(Map.of("VERIFY_LIMIT", "2/1h"))) {
            String client = oracle.registerClient();
            String token = oracle.connect(client, RunningOracle.ECHO).getString("access_token");
            assertThat(oracle.verify(RunningOracle.ECHO, token).statusCode()).isEqualTo(204);
            assertThat(oracle.verify(RunningOracle.ECHO, token).statusCode()).isEqualTo(204);
            assertTooMany(oracle.verify(RunningOracle.ECHO, token));
            String another = oracle.connect(client, RunningOracle.ECHO).getString("access_token");
            assertThat(oracle.verify(RunningOracle.ECHO, another).statusCode()).isEqualTo(204);
        }
    }
}
