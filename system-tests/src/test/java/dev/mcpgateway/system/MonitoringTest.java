package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every query of the dashboard and of the alerts in {@code compose/monitoring} finds something in a real Prometheus.
 */
@Timeout(180)
class MonitoringTest {
    private static final Path SHIPPED = Modules.ROOT.resolve("compose/monitoring");
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final Pattern METRIC = Pattern.compile("gateway_(?:router|oracle)_[a-z_]+");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +expr: (.+)$");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void findsWhatTheDashboardAndTheAlertsAskFor(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(PROMETHEUS), "Prometheus was not found (Debian: apt-get install prometheus)");
        List<String> panels = panels();
        List<String> alerts = ALERT.matcher(Files.readString(SHIPPED.resolve("alerts.yml")))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(panels).hasSizeGreaterThan(5);
        assertThat(alerts).hasSizeGreaterThan(3);
        try (Deployment deployment = Deployment.start(folder);
                Web web = new Web(deployment.certificates());
                HttpClient http = HttpClient.newHttpClient()) {
            Client client = Client.register(web, deployment.echo());
            String token = client.signIn(new User("alice", web)).access();
            int port = Gateway.freePort();
            Process prometheus = start(
                    folder,
                    port,
                    deployment.routerManagementPort(),
                    deployment.management().getPort());
            try {
                Set<String> silent = new TreeSet<>(panels);
                metrics(alerts).forEach(metric -> silent.add("count(" + metric + ")"));
                long end = System.nanoTime() + PATIENCE.toNanos();
                while (!silent.isEmpty() && System.nanoTime() < end) {
                    assertThat(client.initialize(token).statusCode()).isEqualTo(200);
                    silent.removeIf(query -> finds(http, port, query));
                    LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
                }
                assertThat(silent).as("queries that find nothing").isEmpty();
                assertThat(get(http, port, "/api/v1/rules")).contains("RouterDown", "OracleDown", "\"health\":\"ok\"");
            } finally {
                prometheus.destroy();
                prometheus.waitFor();
            }
        }
    }

    private static List<String> panels() throws IOException {
        try (JsonReader reader =
                Json.createReader(Files.newBufferedReader(SHIPPED.resolve("grafana/dashboards/gateway.json")))) {
            List<String> queries = new ArrayList<>();
            for (JsonObject panel : reader.readObject().getJsonArray("panels").getValuesAs(JsonObject.class)) {
                panel.getJsonArray("targets")
                        .getValuesAs(JsonObject.class)
                        .forEach(target -> queries.add(target.getString("expr")));
            }
            return queries;
        }
    }

    private static Set<String> metrics(List<String> queries) {
        Set<String> metrics = new TreeSet<>();
        for (String query : queries) {
            Matcher matcher = METRIC.matcher(query);
            while (matcher.find()) {
                metrics.add(matcher.group());
            }
        }
        return metrics;
    }

    /** With the shipped rules, but the one router and oracle that run here, and looked at often. */
    private static Process start(Path folder, int port, int routerPort, int oraclePort) throws IOException {
        String shipped = Files.readString(SHIPPED.resolve("prometheus.yml"));
        String config = shipped.substring(0, shipped.indexOf("    # Every router behind the name."))
                        .replace("15s", "1s")
                        .replace("[alerts.yml]", "[" + SHIPPED.resolve("alerts.yml") + "]")
                + "    static_configs: [{targets: ['127.0.0.1:" + routerPort + "']}]\n"
                + "  - job_name: oracle\n    static_configs: [{targets: ['127.0.0.1:" + oraclePort + "']}]\n";
        Path file = Files.writeString(folder.resolve("prometheus.yml"), config);
        return new ProcessBuilder(
                        PROMETHEUS.toString(),
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    private static boolean finds(HttpClient http, int port, String query) {
        try {
            String answer = get(http, port, "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
            if (!answer.startsWith("{")) {
                return false; // it is starting
            }
            JsonObject json = Json.createReader(new StringReader(answer)).readObject();
            return json.getString("status").equals("success")
                    && !json.getJsonObject("data").getJsonArray("result").isEmpty();
        } catch (IOException _) {
            return false; // it does not listen yet
        }
    }

    private static String get(HttpClient http, int port, String path) throws IOException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while Prometheus answers", e);
        }
    }
}
