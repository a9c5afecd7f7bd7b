package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.docker.FakeDocker;
import dev.mcpgateway.router.upstream.ScriptedUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class DockerLabelsTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String HOST = "fetch.example.test";

    @TempDir
    private Path folder;

    private FakeDocker docker;
    private ScriptedUpstream one;
    private ScriptedUpstream two;

    @BeforeEach
    void start() throws IOException {
        docker = FakeDocker.overTcp();
        int port = ScriptedUpstream.freePort();
        one = ScriptedUpstream.at("127.0.0.1", port, TestRouter.answering(answer("one")));
        two = ScriptedUpstream.at("127.0.0.2", port, TestRouter.answering(answer("two")));
        Files.writeString(folder.resolve("token"), TOKEN);
    }

    @AfterEach
    void stop() throws IOException {
        docker.close();
        one.close();
        two.close();
    }

    private static String answer(String body) {
        return TestRouter.answer("200 OK", "Content-Length: " + body.length()) + body;
    }

    private TestRouter.Setup setup() throws IOException {
        return TestRouter.setup()
                .hostForm()
                .with("DOCKER_API_URL", docker.url())
                .with("DOCKER_INTERVAL", "1h")
                .with("UPSTREAM_DNS_INTERVAL", "1s")
                .with("ADMIN_TOKEN_FILE", folder.resolve("token").toString());
    }

    private Map<String, String> fetch() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("traefik.enable", "true");
        labels.put("traefik.docker.network", "public");
        labels.put("traefik.http.routers.fetch.rule", "Host(`" + HOST + "`) && PathPrefix(`/mcp`)");
        labels.put("traefik.http.routers.fetch.priority", "2");
        labels.put("traefik.http.routers.fetch.entrypoints", "websecure");
        labels.put("traefik.http.routers.fetch.middlewares", "mcp-cors@file,mcp-auth@file");
        labels.put("traefik.http.services.fetch.loadbalancer.server.port", port());
        return labels;
    }

    private String port() {
        String endpoint = one.endpoint().authority();
        return endpoint.substring(endpoint.indexOf(':') + 1);
    }

    private String container(String name, String address, Map<String, String> labels) {
        return FakeDocker.container(name, "public", address, labels);
    }

    private static RawClient.Answer ask(TestRouter router, String host, String target) throws IOException {
        try (RawClient client = router.connect(host)) {
            return client.send("GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n"
                            .formatted(target, host, router.router().httpsPort()))
                    .read();
        }
    }

    private static String body(TestRouter router, String host) {
        try {
            RawClient.Answer answer = ask(router, host, "/mcp");
            return answer.status() == 200 ? answer.body() : "";
        } catch (UncheckedIOException | IOException _) {
            return ""; // no certificate for this host yet
        }
    }

    private static String routes(TestRouter router) {
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            return client.send(router.get("/admin/routes", "Authorization: Bearer " + TOKEN))
                    .read()
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void followsTheContainersOfAServiceAsTheyComeAndGo() throws IOException {
        try (TestRouter router = setup().start()) {
            Eventually.holds(() -> routes(router).contains("\"labels\":{\"problem\":null,\"notes\":[]}"));
            Eventually.holds(() -> docker.streams() == 1);
            assertThat(body(router, HOST)).isEmpty();

            docker.list(container("fetch-1", "127.0.0.1", fetch())).emit();
            Eventually.holds(() -> body(router, HOST).equals("one"));

            docker.list(container("fetch-1", "127.0.0.1", fetch()), container("fetch-2", "127.0.0.2", fetch()))
                    .emit();
            Eventually.holds(() -> body(router, HOST).equals("two"));

            docker.list(container("fetch-2", "127.0.0.2", fetch())).emit();
            Eventually.holds(() -> !routes(router).contains("127.0.0.1:" + port()));
            assertThat(body(router, HOST)).isEqualTo("two");

            docker.list().emit();
            Eventually.holds(() -> body(router, HOST).isEmpty());
            assertThat(body(router, "echo.example.test")).isEqualTo("hello");
        }
    }

    @Test
    void asksVerifyAboutLabelledRoutesAndServesDiscoveryOnTheirHosts() throws IOException {
        docker.list(container("fetch", "127.0.0.1", fetch()));
        try (TestRouter router = setup().verify(TestRouter.DENIED).start()) {
            Eventually.holds(() -> routes(router).contains("\"name\":\"fetch\""));

            assertThat(ask(router, HOST, "/mcp").status()).isEqualTo(401);
            assertThat(router.questions()).last().asString().contains(HOST);
            assertThat(one.requests()).isEmpty();
            assertThat(ask(router, HOST, "/.well-known/oauth-protected-resource/mcp")
                            .status())
                    .isEqualTo(200);
            assertThat(router.oracle().requests())
                    .last()
                    .asString()
                    .startsWith("GET /.well-known/oauth-protected-resource/mcp");
        }
    }

    @Test
    void givesAServiceOfGatewayYamlItsServers() throws IOException {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("mcp-gateway.enable", "true");
        labels.put("mcp-gateway.service", "fetch");
        labels.put("mcp-gateway.port", port());
        docker.list(container("fetch", "127.0.0.1", labels));
        try (TestRouter router = setup().yaml("  fetch: {allow: [alice]}\n").start()) {
            Eventually.holds(() -> body(router, HOST).equals("one"));
            assertThat(one.requests()).last().asString().startsWith("GET /mcp HTTP/1.1");
        }
    }

    @Test
    void keepsWhatWasWhileDockerSaysNothingUsable() throws IOException {
        docker.list(container("fetch", "127.0.0.1", fetch()));
        try (TestRouter router = setup().with("DOCKER_INTERVAL", "1s").start()) {
            Eventually.holds(() -> body(router, HOST).equals("one"));

            docker.answer(403, "");
            Eventually.holds(
                    () -> routes(router).contains("\"problem\":\"the list of containers was refused with 403"));
            docker.answer(200, "garbage");
            Eventually.holds(() -> routes(router).contains("is not JSON"));
            assertThat(body(router, HOST)).isEqualTo("one");

            docker.list();
            Eventually.holds(() -> body(router, HOST).isEmpty());
            assertThat(routes(router)).contains("\"labels\":{\"problem\":null");
        }
    }

    @Test
    void saysOfEachRouteWhyItDoesNotCount() throws IOException {
        Map<String, String> labels = fetch();
        labels.put("traefik.http.routers.foreign.rule", "Host(`other.test`)");
        labels.put("traefik.http.routers.old.rule", "HostRegexp(`{host:.+}`)");
        labels.put("traefik.http.routers.forged.rule", "Host(`a\\nERROR forged line`)");
        labels.put("traefik.http.routers.echo.rule", "Host(`echo.example.test`)");
        labels.put("traefik.http.routers.greedy.rule", "PathPrefix(`/mcp`)");
        labels.put("traefik.http.routers.greedy.priority", "1000000");
        labels.put("traefik.http.routers.thief.rule", "Host(`" + HOST + "`) || Host(`auth.example.test`)");
        labels.put("traefik.http.routers.thief.priority", "1000000");
        labels.put("traefik.http.routers.neighbour.rule", "Host(`echo.example.test`) && Path(`/mcp`)");
        labels.put("traefik.http.routers.neighbour.priority", "1000000");
        docker.list(container("fetch", "127.0.0.1", labels));
        try (TestRouter router = setup().start()) {
            Eventually.holds(() -> body(router, HOST).equals("one"));

            assertThat(routes(router))
                    .contains("not used: routes.foreign is for the host other.test")
                    .contains("the string `a?ERROR forged line`")
                    .contains("not used: routes.old has a rule that cannot be read")
                    .contains("routers.echo is not used: gateway.yaml has a service or route of that name")
                    .contains("not used: routes.greedy must say by Host(`...`) which hosts it is for")
                    .contains("not used: routes.thief is for the host auth.example.test, which is the authorization")
                    .contains("not used: routes.neighbour is for the host echo.example.test")
                    .doesNotContain("\"name\":\"foreign\"")
                    .doesNotContain("\"name\":\"thief\"");
            assertThat(body(router, "echo.example.test")).isEqualTo("hello");
        }
    }

    @Test
    void countsBesideAGatewayYamlThatChanges() throws IOException {
        docker.list(container("fetch", "127.0.0.1", fetch()));
        try (TestRouter router = setup().start()) {
            router.watch();
            Eventually.holds(() -> body(router, HOST).equals("one"));

            router.rewrite(router.yaml() + "  other:\n    upstream: http://%s/mcp\n".formatted(two.endpoint()));
            Eventually.holds(() -> body(router, "other.example.test").equals("two"));
            assertThat(body(router, HOST)).isEqualTo("one");

            router.rewrite("services: {");
            Eventually.holds(() -> routes(router).contains("not valid YAML"));
            docker.list().emit();
            Eventually.holds(() -> body(router, HOST).isEmpty());
            assertThat(routes(router)).contains("not valid YAML");
        }
    }

    @Test
    void letsNoLabelOpenAServiceOfGatewayYaml() throws IOException {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("mcp-gateway.enable", "true");
        labels.put("mcp-gateway.http.routers.back.rule", "Host(`back.example.test`)");
        labels.put("mcp-gateway.http.routers.back.service", "echo");
        labels.put("mcp-gateway.http.routers.back.auth", "none");
        docker.list(container("back", "127.0.0.1", labels));
        try (TestRouter router = setup().start()) {
            Eventually.holds(() -> routes(router).contains("routers.back is not used: labels cannot open"));

            assertThat(routes(router)).doesNotContain("\"name\":\"back\"");
            assertThat(router.service().requests()).isEmpty();
        }
    }

    @Test
    void letsNoLabelOpenTheHostOfAServiceWhoseContainerIsAway() throws IOException {
        Map<String, String> labels = fetch();
        labels.remove("traefik.http.routers.fetch.middlewares");
        labels.put("mcp-gateway.enable", "true");
        labels.put("mcp-gateway.http.routers.fetch.auth", "none");
        docker.list(container("thief", "127.0.0.1", labels));
        try (TestRouter router = setup().yaml("  fetch: {allow: [alice]}\n").start()) {
            Eventually.holds(() -> routes(router).contains("routes.fetch would open the host of a service"));

            assertThat(body(router, HOST)).isEmpty();
            assertThat(one.requests()).isEmpty();
        }
    }

    @Test
    void keepsLabelsOffHostsThatGatewayYamlNamesByPattern() throws IOException {
        Map<String, String> labels = fetch();
        labels.put("traefik.http.routers.fetch.rule", "Host(`tenant7.example.test`)");
        labels.put("traefik.http.routers.fetch.priority", "1000000");
        docker.list(container("thief", "127.0.0.1", labels));
        String tenants =
                "routes:\n  tenants:\n    rule: 'HostRegexp(`^tenant[0-9]+\\.example\\.test$`)'\n    service: echo\n";
        try (TestRouter router = setup().yaml(tenants).start()) {
            Eventually.holds(() -> routes(router).contains("not used: routes.fetch is for the host tenant7"));

            assertThat(routes(router)).doesNotContain("\"name\":\"fetch\"");
        }
    }

    @Test
    void keepsTheServicesOfGatewayYamlWhenLabelsChangeWhileTheirFilesCannotBeRead() throws IOException {
        Path authorities = folder.resolve("ca.pem");
        try (TestRouter router = setup().start()) {
            Eventually.holds(() -> routes(router).contains("\"labels\":{\"problem\":null,\"notes\":[]}"));
            Files.copy(router.router().caFile(), authorities);
            router.watch();
            router.rewrite(
                    router.yaml() + "  safe: {upstream: 'https://127.0.0.1:1', ca_file: %s}\n".formatted(authorities));
            Eventually.holds(() -> routes(router).contains("\"name\":\"safe\""));

            Files.delete(authorities);
            docker.list(container("fetch", "127.0.0.1", fetch())).emit();

            Eventually.holds(() -> routes(router).contains("\"problem\":\"gateway.yaml, read again beside labels"));
            assertThat(routes(router)).contains("\"name\":\"safe\"");
        }
    }

    @Test
    void isReadyOnceDockerHasAnsweredOrFailed() throws IOException {
        docker.answer(0, "");
        try (TestRouter router = setup().start()) {
            Eventually.holds(() -> docker.requests().stream().anyMatch(request -> request.contains("/containers/")));
            assertThat(health(router)).startsWith("503").contains("\"labels\":\"down\"");

            docker.answerLate(200, "[" + container("fetch", "127.0.0.1", fetch()) + "]");
            Eventually.holds(() -> health(router).startsWith("200"));
            assertThat(body(router, HOST)).isEqualTo("one");
        }
        docker.answer(500, "");
        try (TestRouter router = setup().start()) {
            Eventually.holds(() -> health(router).startsWith("200"));
        }
    }

    private static String health(TestRouter router) {
        try (RawClient client = router.connectPlain(router.router().managementPort())) {
            RawClient.Answer answer = client.send(router.get("/health/ready")).read();
            return answer.status() + answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
