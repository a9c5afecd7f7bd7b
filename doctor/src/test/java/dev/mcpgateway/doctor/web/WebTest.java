package dev.mcpgateway.doctor.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.fake.FakeGateway;
import dev.mcpgateway.doctor.fake.Reply;
import dev.mcpgateway.doctor.fake.TestAuthority;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebTest {
    private final TestAuthority authority = new TestAuthority();
    private FakeGateway gateway;
    private Web web;

    @BeforeAll
    void start() {
        gateway = FakeGateway.start(authority.server());
        web = new Web(
                Trust.of(List.of(authority.root())),
                HostPolicy.of(List.of(gateway.service()), Resolver.SYSTEM),
                Duration.ofSeconds(5));
    }

    @AfterAll
    void stop() {
        web.close();
        gateway.close();
    }

    private URI at(String path) {
        return URI.create(gateway.origin() + path);
    }

    @Test
    void readsNoMoreThanItsBound() {
        gateway.spoil("GET /large", reply -> reply.withBody("x".repeat(Web.MAX_BODY_BYTES + 1)));
        gateway.spoil("GET /fitting", reply -> reply.withBody("x".repeat(Web.MAX_BODY_BYTES)));

        assertThat(web.send("GET", at("/large"), Map.of(), "").words()).isEqualTo("the answer is larger than 512 KiB");
        assertThat(web.send("GET", at("/fitting"), Map.of(), "").body()).hasSize(Web.MAX_BODY_BYTES);
    }

    @Test
    void waitsNoLongerThanItsBound() {
        gateway.spoil("GET /slow", reply -> {
            FakeGateway.pause(3000);
            return reply;
        });
        try (Web impatient = new Web(
                Trust.of(List.of(authority.root())),
                HostPolicy.of(List.of(gateway.service()), Resolver.SYSTEM),
                Duration.ofSeconds(1))) {
            assertThat(impatient.send("GET", at("/slow"), Map.of(), "").words()).isEqualTo("no answer in 1 s");
        }
    }

    @Test
    void followsDocumentsWithinTheirOriginAlone() {
        gateway.spoil("GET /moved", _ -> Reply.empty(302).with("Location", "/jwks"));
        gateway.spoil("GET /away", _ -> Reply.empty(302).with("Location", "https://example.org/jwks"));
        gateway.spoil("GET /round", _ -> Reply.empty(302).with("Location", "/round"));

        assertThat(web.document(at("/moved"), Map.of()).uri()).isEqualTo(at("/jwks"));
        assertThat(web.document(at("/away"), Map.of()).words())
                .isEqualTo("302, a redirect to https://example.org/jwks");
        assertThat(web.document(at("/round"), Map.of()).words()).isEqualTo("redirects more than 3 times");
    }

    @Test
    void standsWhatServersMakeUp() {
        gateway.spoil("GET /deep", reply -> reply.withBody("{\"a\":".repeat(100_000)));
        gateway.spoil("GET /half", reply -> reply.withBody("{\"a\":"));

        assertThat(web.send("GET", at("/deep"), Map.of(), "").json()).isEmpty();
        assertThat(web.send("GET", at("/half"), Map.of(), "").json()).isEmpty();
        assertThat(web.send("GET", at("/"), Map.of("Authorization", "Bearer a\nb"), "")
                        .words())
                .startsWith("not asked: ");
        assertThat(web.send("GET", URI.create("https://localhost:99999/"), Map.of(), "")
                        .isAnswered())
                .isFalse();
    }

    @Test
    void trustsNobodyElse() {
        try (Web stranger = new Web(
                Trust.system(), HostPolicy.of(List.of(gateway.service()), Resolver.SYSTEM), Duration.ofSeconds(5))) {
            assertThat(stranger.send("GET", at("/"), Map.of(), "").words()).startsWith("no TLS connection: ");
        }
    }

    @Test
    void asksNothingPrivateThatAPublicServerNames() {
        Map<String, String> addresses =
                Map.of("public.example.com", "203.0.113.7", "other.example.com", "203.0.113.8", "inside", "10.0.0.1");
        Resolver resolver = host -> List.of(InetAddress.getByName(addresses.getOrDefault(host, "127.0.0.1")));
        HostPolicy fromOutside = HostPolicy.of(List.of(URI.create("https://public.example.com/mcp")), resolver);
        HostPolicy fromInside = HostPolicy.of(List.of(URI.create("https://inside/mcp")), resolver);

        assertThat(fromOutside.refusal(URI.create("https://public.example.com/token")))
                .isEmpty();
        assertThat(fromOutside.refusal(URI.create("https://other.example.com/token")))
                .isEmpty();
        assertThat(fromOutside.refusal(URI.create("https://inside/token"))).isPresent();
        assertThat(fromOutside.refusal(URI.create("https://localhost/token"))).isPresent();
        assertThat(fromOutside.refusal(URI.create("http://public.example.com/token")))
                .isPresent();
        assertThat(fromOutside.refusal(URI.create("file:///etc/passwd"))).isPresent();
        assertThat(fromInside.refusal(URI.create("https://inside/token"))).isEmpty();
        assertThat(fromInside.refusal(URI.create("https://localhost/token"))).isEmpty();
    }

    @Test
    void knowsWhatIsNotOnTheInternet() throws Exception {
        for (String address :
                List.of("127.0.0.1", "10.1.2.3", "169.254.1.1", "100.64.0.1", "::1", "fd00::1", "fe80::1")) {
            assertThat(Resolver.isPrivate(InetAddress.getByName(address)))
                    .as(address)
                    .isTrue();
        }
        for (String address : List.of("203.0.113.7", "100.128.0.1", "2001:db8::1")) {
            assertThat(Resolver.isPrivate(InetAddress.getByName(address)))
                    .as(address)
                    .isFalse();
        }
    }
}
