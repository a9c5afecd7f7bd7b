package dev.mcpgateway.oracle.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static final Pattern LINE =
            Pattern.compile("# (HELP|TYPE) .+|[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*})? [-+0-9.eENaInf]+");
    private static final Pattern NAMES = Pattern.compile("gateway_oracle_[a-z_]+");

    private final RunningOracle oracle = RunningOracle.start();

    @AfterEach
    void stop() {
        oracle.close();
    }

    private HttpResponse<String> scrape() {
        return oracle.send(oracle.managementRequest("/metrics"));
    }

    /** The sum of the metrics whose lines begin so; 0 if there is none. */
    private double value(String start) {
        return scrape().body()
                .lines()
                .filter(line -> line.startsWith(start))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void countsRequestsForTokensByGrantTypeAndOutcome() {
        String client = oracle.registerClient();
        String refresh = oracle.connect(client, RunningOracle.ECHO).getString("refresh_token");
        oracle.post("/token", Map.of("grant_type", "refresh_token", "client_id", client, "refresh_token", refresh));
        oracle.post("/token", Map.of("grant_type", "refresh_token", "client_id", client, "refresh_token", "rt1.x"));
        oracle.post("/token", Map.of("grant_type", "made up by a stranger", "client_id", client));

        String requests = "gateway_oracle_token_requests_total{grant_type=";
        assertThat(value(requests + "\"authorization_code\",outcome=\"issued\"}"))
                .isOne();
        assertThat(value(requests + "\"refresh_token\",outcome=\"issued\"}")).isOne();
        assertThat(value(requests + "\"refresh_token\",outcome=\"invalid_grant\"}"))
                .isOne();
        assertThat(value(requests + "\"other\",outcome=\"unsupported_grant_type\"}"))
                .isOne();
        assertThat(value("gateway_oracle_events_total{event=\"token.refreshed\"}"))
                .isOne();
        assertThat(scrape().body()).doesNotContain("stranger");
    }

    @Test
    void measuresAnswersOfVerifyByTheClassOfTheirStatus() {
        String token =
                oracle.connect(oracle.registerClient(), RunningOracle.ECHO).getString("access_token");
        oracle.verify(RunningOracle.ECHO, token);
        oracle.verify(RunningOracle.ECHO, token);
        oracle.verify(RunningOracle.ECHO, "no token of ours");

        assertThat(value("gateway_oracle_verify_seconds_count{status=\"2xx\"}")).isEqualTo(2);
        assertThat(value("gateway_oracle_verify_seconds_count{status=\"4xx\"}")).isOne();
    }

    @Test
    void countsWhatFailsForWantOfTheStore() {
        String token =
                oracle.connect(oracle.registerClient(), RunningOracle.ECHO).getString("access_token");
        oracle.store().close();

        assertThat(oracle.verify(RunningOracle.ECHO, token).statusCode()).isEqualTo(503);

        assertThat(value("gateway_oracle_store_errors_total")).isOne();
        assertThat(value("gateway_oracle_verify_seconds_count{status=\"5xx\"}")).isOne();
    }

    @Test
    void showsTheKeysThatSign() {
        assertThat(value("gateway_oracle_signing_keys{state=\"current\"}")).isOne();
        assertThat(value("gateway_oracle_signing_keys{state=\"next\"}")).isZero();
    }

    @Test
    void isWrittenInTheTextFormatOfPrometheusAndShowsNoSecret() {
        HttpResponse<String> answer = scrape();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        List<String> lines = answer.body().lines().toList();
        assertThat(lines).allMatch(LINE.asMatchPredicate());
        assertThat(lines).anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
        assertThat(oracle.send(oracle.request("/metrics")).statusCode()).isEqualTo(404);
    }

    @Test
    void isDescribedInItsReference() throws IOException {
        String reference = Files.readString(Path.of("../docs/reference/metrics.md"));
        List<String> shown = scrape().body()
                .lines()
                .filter(line -> line.startsWith("# TYPE gateway_"))
                .map(line -> line.split(" ", -1)[2])
                .toList();

        assertThat(NAMES.matcher(reference).results().map(MatchResult::group).distinct())
                .containsExactlyInAnyOrderElementsOf(shown);
    }
}
