package dev.mcpgateway.router.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.MiddlewareEntry;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Rate;
import dev.mcpgateway.settings.RouteEntry;
import dev.mcpgateway.settings.ServiceUpstream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelReaderTest {
    private String file = "";
    private String network = "";
    private int maxRoutes = 100;

    private LabelledRoutes read(Container... containers) {
        Problems problems = new Problems();
        GatewayFile parsed = GatewayFile.parse(file.isEmpty() ? "services: {}" : file, "gateway.yaml", problems);
        assertThat(problems.all()).isEmpty();
        return LabelReader.read(
                List.of(containers),
                new LabelReader.Known(
                        parsed,
                        List.of("https://app.example.com"),
                        network,
                        maxRoutes,
                        url -> url.equals("http://auth:8000")));
    }

    private static Container container(String name, String address, String... labels) {
        return new Container(name, labels(labels), Map.of("public", address), List.of(3000, 9000));
    }

    private static Map<String, String> labels(String... lines) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String line : lines) {
            labels.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return labels;
    }

    /** As the reference stack's compose file has it for each service. */
    private static String[] reference(String name) {
        String router = "traefik.http.routers." + name;
        String host = "Host(`%s.example.com`)".formatted(name);
        return new String[] {
            "traefik.enable=true",
            "traefik.docker.network=public",
            router + "-oauth-discovery.rule=" + host + " && PathPrefix(`/.well-known/oauth-authorization-server`)",
            router + "-oauth-discovery.priority=10",
            router + "-oauth-discovery.entrypoints=websecure",
            router + "-oauth-discovery.service=auth@docker",
            router + "-oauth-discovery.middlewares=oauth-discovery-rewrite@file",
            router + "-cors.rule=" + host + " && Method(`OPTIONS`)",
            router + "-cors.priority=4",
            router + "-cors.entrypoints=websecure",
            router + "-cors.tls.certresolver=letsencrypt",
            router + "-cors.service=" + name,
            router + "-cors.middlewares=mcp-cors@file",
            router + ".rule=" + host + " && PathPrefix(`/mcp`)",
            router + ".priority=2",
            router + ".entrypoints=websecure",
            router + ".tls=true",
            router + ".tls.certresolver=letsencrypt",
            router + ".service=" + name,
            router + ".middlewares=mcp-cors@file,mcp-auth@file",
            router + "-redirect.rule=" + host,
            router + "-redirect.entrypoints=web",
            router + "-redirect.middlewares=redirect-to-https@file",
            "traefik.http.services." + name + ".loadbalancer.server.port=3000",
        };
    }

    @Test
    void takesAServiceOfTheReferenceStackOver() {
        LabelledRoutes read = read(container("mcp-fetch-1", "172.18.0.5", reference("mcp-fetch")));

        assertThat(read.routes()).extracting(RouteEntry::name).containsExactly("mcp-fetch-cors", "mcp-fetch");
        RouteEntry route = read.routes().getLast();
        assertThat(route.rule()).hasValue("Host(`mcp-fetch.example.com`) && PathPrefix(`/mcp`)");
        assertThat(route.priority()).hasValue(2);
        assertThat(route.open()).isFalse();
        assertThat(route.middlewares()).containsExactly("mcp-cors");
        assertThat(route.upstream()).hasValue("mcp-fetch");
        assertThat(servers(read, "mcp-fetch")).containsExactly("http://172.18.0.5:3000");
        assertThat(read.middlewares())
                .containsExactly(Map.entry("mcp-cors", new MiddlewareEntry.Cors(List.of("https://app.example.com"))));
        assertThat(read.notes()).allSatisfy(note -> assertThat(note).startsWith("container mcp-fetch-1: routers."));
        assertThat(String.join("\n", read.notes()))
                .contains(
                        "mcp-fetch-oauth-discovery is not used: the authorization server's endpoints are on every host")
                .contains("mcp-fetch-redirect is not used: plain HTTP is redirected")
                .contains("mcp-fetch-cors has no middleware that asks who calls; it is verified all the same")
                .doesNotContain("routers.mcp-fetch ");
    }

    @Test
    void makesEveryContainerOfAServiceAnEndpoint() {
        LabelledRoutes read = read(
                container("fetch-1", "172.18.0.5", reference("fetch")),
                container("fetch-2", "172.18.0.6", reference("fetch")));

        assertThat(servers(read, "fetch")).containsExactly("http://172.18.0.5:3000", "http://172.18.0.6:3000");
        assertThat(read.routes()).hasSize(2);
        assertThat(String.join("\n", read.notes())).doesNotContain("fetch-2").doesNotContain("differs");
    }

    @Test
    void opensARouteOnlyWhereOurOwnLabelSaysSo() {
        LabelledRoutes read = read(container(
                "info",
                "172.18.0.5",
                "mcp-gateway.enable=true",
                "mcp-gateway.http.routers.open.rule=Path(`/a`)",
                "mcp-gateway.http.routers.open.auth=none",
                "mcp-gateway.http.routers.shut.rule=Path(`/b`)",
                "mcp-gateway.http.routers.both.rule=Path(`/c`)",
                "mcp-gateway.http.routers.both.auth=none",
                "mcp-gateway.http.routers.both.middlewares=mcp-auth",
                "traefik.enable=true",
                "traefik.http.routers.foreign.rule=Path(`/d`)",
                "traefik.http.routers.foreign.auth=none"));

        assertThat(read.routes())
                .extracting(RouteEntry::name, RouteEntry::open)
                .containsExactlyInAnyOrder(
                        tuple("open", true), tuple("shut", false), tuple("both", false), tuple("foreign", false));
        assertThat(String.join("\n", read.notes()))
                .contains("routers.open is open to everybody, as its labels say")
                .contains("routers.shut has no middleware that asks who calls")
                .contains("traefik.http.routers.foreign.auth is not supported; write it with mcp-gateway.");
    }

    @Test
    void takesMiddlewaresOver() {
        String middleware = "traefik.http.middlewares.";
        LabelledRoutes read = read(container(
                "x",
                "172.18.0.5",
                "traefik.enable=true",
                "traefik.http.routers.x.rule=Path(`/`)",
                "traefik.http.routers.x.middlewares=limit,office@docker,sse,check,https,small",
                middleware + "limit.ratelimit.average=100",
                middleware + "limit.ratelimit.period=1m",
                middleware + "limit.rateLimit.burst=50",
                middleware + "office.ipwhitelist.sourcerange=10.0.0.0/8, fd00::/8",
                middleware + "sse.headers.customresponseheaders.X-Accel-Buffering=no",
                middleware + "sse.headers.customresponseheaders.Connection=keep-alive",
                middleware + "sse.headers.customrequestheaders.X-Debug=",
                middleware + "sse.headers.framedeny=true",
                middleware + "check.forwardauth.address=http://auth:8000/verify",
                middleware + "https.redirectscheme.scheme=https",
                middleware + "small.buffering.maxrequestbodybytes=1000"));

        assertThat(read.routes().getFirst().middlewares()).containsExactly("limit", "office", "sse", "small");
        assertThat(read.middlewares())
                .containsEntry("limit", new MiddlewareEntry.RateLimit(new Rate(100, Duration.ofMinutes(1)), 50, false))
                .containsEntry("office", new MiddlewareEntry.IpAllowList(List.of("10.0.0.0/8", "fd00::/8")))
                .containsEntry("small", new MiddlewareEntry.BodyLimit(1000))
                .containsEntry(
                        "sse",
                        new MiddlewareEntry.Headers(
                                Map.of(), List.of("x-debug"), Map.of("x-accel-buffering", "no"), List.of()));
        assertThat(read.notes())
                .containsExactlyInAnyOrder(
                        "container x: middlewares.sse the header connection cannot be changed; identity, forwarding and connection headers are the gateway's own",
                        "container x: middlewares.sse the option headers.framedeny is not supported");
    }

    @Test
    void leavesARouteOutThatWouldComeWithoutItsProtection() {
        LabelledRoutes read = read(container(
                "x",
                "172.18.0.5",
                "traefik.enable=true",
                "traefik.http.routers.a.rule=Path(`/`)",
                "traefik.http.routers.a.middlewares=secret",
                "traefik.http.routers.b.rule=Path(`/`)",
                "traefik.http.routers.b.middlewares=elsewhere@file",
                "traefik.http.routers.c.rule=Path(`/`)",
                "traefik.http.routers.c.middlewares=office",
                "traefik.http.middlewares.secret.basicauth.users=admin:hash",
                "traefik.http.middlewares.office.ipallowlist.sourcerange=nowhere",
                "traefik.tcp.routers.t.rule=HostSNI(`*`)"));

        assertThat(read.routes()).isEmpty();
        assertThat(String.join("\n", read.notes()))
                .contains("middlewares.secret is of the kind basicauth, which is not supported")
                .contains("routers.a is not used")
                .contains("routers.b is not used")
                .contains("routers.c is not used")
                .contains("the label traefik.tcp.routers.t.rule is not supported")
                .doesNotContain("hash");
    }

    @Test
    void letsGatewayYamlWinWithAWord() {
        file = """
                services: {echo: {upstream: 'http://echo:3000'}}
                routes: {info: {rule: 'Path(`/`)', service: echo}}
                middlewares: {limit: {body_limit: 10}}
                """;
        LabelledRoutes read = read(container(
                "x",
                "172.18.0.5",
                "traefik.enable=true",
                "traefik.http.routers.echo.rule=Path(`/`)",
                "traefik.http.routers.info.rule=Path(`/`)",
                "traefik.http.routers.other.rule=Path(`/`)",
                "traefik.http.routers.other.middlewares=limit,mcp-auth",
                "traefik.http.routers.other.service=echo@file",
                "traefik.http.middlewares.limit.ratelimit.average=1"));

        assertThat(read.routes()).extracting(RouteEntry::name).containsExactly("other");
        assertThat(read.routes().getFirst().service()).hasValue("echo");
        assertThat(read.middlewares()).containsExactly(Map.entry("limit", new MiddlewareEntry.BodyLimit(10)));
        assertThat(read.notes())
                .contains(
                        "container x: routers.echo is not used: gateway.yaml has a service or route of that name, which counts",
                        "container x: routers.info is not used: gateway.yaml has a service or route of that name, which counts",
                        "container x: middlewares.limit does not count: gateway.yaml has one of that name");
    }

    @Test
    void givesServicesOfGatewayYamlTheirServers() {
        file = "services: {echo: {allow: [alice]}}";
        LabelledRoutes read = read(
                container("a", "172.18.0.5", "mcp-gateway.enable=true", "mcp-gateway.service=echo"),
                container(
                        "b",
                        "172.18.0.6",
                        "mcp-gateway.enable=true",
                        "mcp-gateway.service=echo",
                        "mcp-gateway.port=8080"),
                container("c", "172.18.0.7", "mcp-gateway.enable=true", "mcp-gateway.service=fetch"));

        assertThat(read.services())
                .containsExactly(Map.entry(
                        "echo",
                        List.of(
                                new ServiceUpstream.Server("http://172.18.0.5:3000", 1),
                                new ServiceUpstream.Server("http://172.18.0.6:8080", 1))));
        assertThat(read.notes())
                .singleElement()
                .asString()
                .contains("container c: is for the service 'fetch', which gateway.yaml does not name");
    }

    @Test
    void takesTheAddressOnTheNamedNetwork() {
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("internal", "10.0.0.1");
        addresses.put("public", "172.18.0.5");
        Container several = new Container(
                "x", labels("traefik.enable=true", "traefik.http.routers.x.rule=Path(`/`)"), addresses, List.of(3000));

        assertThat(read(several).notes()).anyMatch(note -> note.contains("has 2 networks with an address; say which"));
        assertThat(read(several).routes()).isEmpty();

        network = "public";
        assertThat(servers(read(several), "x")).containsExactly("http://172.18.0.5:3000");

        network = "gone";
        assertThat(read(several).notes()).anyMatch(note -> note.contains("has no address on the network 'gone'"));
    }

    @Test
    void doesNotLeadToTheGatewayItself() {
        LabelledRoutes read = read(container(
                "auth",
                "172.18.0.2",
                "traefik.enable=true",
                "traefik.http.routers.v.rule=Path(`/x`)",
                "traefik.http.services.oracle.loadbalancer.server.port=8000"));

        assertThat(read.routes()).isEmpty();
        assertThat(read.notes())
                .contains("container auth: services.oracle is the gateway itself, which has its own routes");
    }

    @Test
    void readsNothingOfContainersThatDoNotAskForIt() {
        assertThat(read(container("x", "172.18.0.5", "traefik.http.routers.x.rule=Path(`/`)"))
                        .notes())
                .containsExactly("container x: has labels but not traefik.enable=true, so they do not count");
        assertThat(read(container("x", "172.18.0.5", "traefik.enable=false", "traefik.http.routers.x.rule=x")))
                .isEqualTo(read());
    }

    @Test
    void boundsRoutesAndNotes() {
        maxRoutes = 1;
        String[] labels = new String[1001];
        labels[0] = "traefik.enable=true";
        for (int i = 1; i < labels.length; i++) {
            labels[i] = "traefik.http.routers.r%d.rule=Path(`/`)".formatted(i);
        }

        LabelledRoutes read = read(container("x", "172.18.0.5", labels));

        assertThat(read.routes()).hasSize(1);
        assertThat(read.notes()).hasSize(Notes.MAX + 1).last().isEqualTo("and 800 more");
        assertThat(read.notes()).anyMatch(note -> note.contains("(DOCKER_MAX_ROUTES)"));
    }

    private static List<String> servers(LabelledRoutes read, String name) {
        ServiceUpstream upstream = read.upstreams().get(name);
        return upstream == null
                ? List.of()
                : upstream.servers().stream().map(ServiceUpstream.Server::url).toList();
    }
}
