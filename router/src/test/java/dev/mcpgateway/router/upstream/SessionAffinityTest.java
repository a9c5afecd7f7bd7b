package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.router.upstream.Balancing.Ejection;
import dev.mcpgateway.router.upstream.Balancing.Policy;
import dev.mcpgateway.router.upstream.EndpointStatus.State;
import dev.mcpgateway.router.upstream.UpstreamException.BadResponse;
import dev.mcpgateway.router.upstream.UpstreamException.SessionUnavailable;
import dev.mcpgateway.router.upstream.UpstreamException.UnknownSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that open a session for whoever brings none, and say who they are. */
@Timeout(60)
final class SessionAffinityTest {
    private static final Ejection AT_ONCE_FOR_LONG =
            new Ejection(1, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);

    @TempDir
    private Path folder;

    @Test
    void theRequestsOfASessionGoToTheEndpointThatOpenedIt() throws Exception {
        try (Fleet fleet = servers(3)) {
            Upstream upstream = fleet.upstream(balancing());
            Set<Integer> homes = new HashSet<>();
            for (int i = 0; i < 12; i++) {
                Answer opened = ask(fleet, upstream, "alice");
                homes.add(opened.number());
                for (int j = 0; j < 5; j++) {
                    assertThat(ask(fleet, upstream, "alice", opened.session())).isEqualTo(opened);
                }
            }

            assertThat(homes).hasSize(3);
        }
    }

    @Test
    void theServerSeesItsOwnIdAndTheClientAnother() throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = fleet.upstream(balancing());
            String session = ask(fleet, upstream, "alice").session();

            ask(fleet, upstream, "alice", session);

            assertThat(session).matches("[A-Za-z0-9_-]{36}\\.session-of-1");
            assertThat(fleet.servers.get(1).requests().getLast())
                    .contains("\r\nMcp-Session-Id: session-of-1\r\n")
                    .doesNotContain(session);
        }
    }

    @Test
    void theIdSaysNothingOfTheEndpointsAddress() throws Exception {
        try (Fleet fleet = servers(1)) {
            SessionAffinity other = SessionAffinity.alone();
            Upstream upstream = fleet.upstream(balancing());
            Endpoint endpoint = Endpoint.of("127.0.0.1", fleet.port);

            String session = ask(fleet, upstream, "alice").session();

            assertThat(session).doesNotStartWith(other.tag(upstream, endpoint));
        }
    }

    @Test
    void anotherUserHasNoSuchSession() throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = fleet.upstream(balancing());
            String session = ask(fleet, upstream, "alice").session();
            int before = fleet.servers.get(1).requests().size();

            assertThatThrownBy(() -> ask(fleet, upstream, "mallory", session)).isInstanceOf(UnknownSession.class);
            assertThat(fleet.servers.get(1).requests()).hasSize(before);
        }
    }

    @Test
    void anotherServiceHasNoSuchSession() throws Exception {
        try (Fleet fleet = servers(1)) {
            String session = ask(fleet, fleet.upstream(balancing()), "alice").session();
            Upstream other =
                    new Upstream("files", fleet.upstream(balancing()).servers(), Requests.PATIENT, balancing());

            assertThatThrownBy(() -> ask(fleet, other, "alice", session)).isInstanceOf(UnknownSession.class);
        }
    }

    @Test
    void anIdIsSignedForOneUserAndOneService() {
        SessionAffinity affinity = SessionAffinity.alone();
        Upstream echo = Upstream.parse("echo", "http://a", "/mcp", Requests.PATIENT);
        Upstream files = Upstream.parse("files", "http://a", "/mcp", Requests.PATIENT);
        SessionAffinity.Session session = new SessionAffinity.Session("AAAAAAAAAAAA", "s");

        String sealed = affinity.seal(echo, "alice", session);

        assertThat(affinity.open(echo, "alice", sealed)).contains(session);
        assertThat(affinity.open(echo, "bob", sealed)).isEmpty();
        assertThat(affinity.open(files, "alice", sealed)).isEmpty();
        assertThat(SessionAffinity.alone().open(echo, "alice", sealed)).isEmpty();
    }

    @Test
    void aTamperedIdIsUnknownWhereverItIsChanged() throws Exception {
        try (Fleet fleet = servers(2)) {
            Upstream upstream = fleet.upstream(balancing());
            String session = ask(fleet, upstream, "alice").session();
            for (int i = 0; i < session.length(); i++) {
                char other = session.charAt(i) == 'A' ? 'B' : 'A';
                String tampered = session.substring(0, i) + other + session.substring(i + 1);

                assertThatThrownBy(() -> ask(fleet, upstream, "alice", tampered))
                        .isInstanceOf(UnknownSession.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "session-of-1",
                "................................................",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.session-of-1"
            })
    void anIdOfSomebodyElsesIsUnknown(String foreign) throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = fleet.upstream(balancing());

            assertThatThrownBy(() -> ask(fleet, upstream, "alice", foreign)).isInstanceOf(UnknownSession.class);
            assertThat(fleet.servers.get(1).requests()).isEmpty();
        }
    }

    @Test
    void twoIdsAreNone() throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = fleet.upstream(balancing());
            String session = ask(fleet, upstream, "alice").session();
            HeaderList twice = HeaderList.of("Mcp-Session-Id", session, "mcp-session-id", session);

            assertThatThrownBy(() -> fleet.upstreams.send(upstream, request(twice), "alice"))
                    .isInstanceOf(UnknownSession.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mcp_Session_Id", "mcp.session-id", "MCP_SESSION-ID"})
    void anIdUnderANameThatAServerMayTakeForTheSameIsDropped(String name) throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = fleet.upstream(balancing());

            fleet.upstreams
                    .send(upstream, request(HeaderList.of(name, "session-of-another")), "mallory")
                    .close();

            assertThat(fleet.servers.get(1).requests().getFirst()).doesNotContain("session-of-another");
        }
    }

    @Test
    void aVanishedEndpointsSessionsAreUnknown() throws Exception {
        try (Fleet fleet = servers(2)) {
            fleet.name("fleet", 1);
            Upstream upstream = fleet.upstream(balancing());
            String session = ask(fleet, upstream, "alice").session();

            fleet.name("fleet", 2);
            Eventually.holds(() -> fleet.upstreams.status().getFirst().endpoints().stream()
                    .anyMatch(endpoint -> endpoint.address().startsWith("127.0.0.2")));

            assertThatThrownBy(() -> ask(fleet, upstream, "alice", session)).isInstanceOf(UnknownSession.class);
            assertThat(ask(fleet, upstream, "alice").number()).isEqualTo(2);
        }
    }

    @Test
    void aSessionWaitsForItsEndpointInsteadOfMoving() throws Exception {
        try (Fleet fleet = servers(2)) {
            Upstream upstream = fleet.upstream(balancing());
            Answer opened = ask(fleet, upstream, "alice");
            int home = opened.number();

            fleet.stop(home);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> ask(fleet, upstream, "alice", opened.session()))
                        .isInstanceOf(SessionUnavailable.class);
            }
            assertThat(fleet.status(home).state()).isEqualTo(State.EJECTED);
            assertThat(fleet.servers.get(3 - home).requests()).noneMatch(request -> request.contains("Mcp-Session-Id"));
        }
    }

    @Test
    void theOnlyEndpointIsTriedWhateverIsThoughtOfIt() throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = fleet.upstream(balancing());
            Answer opened = ask(fleet, upstream, "alice");
            fleet.stop(1);
            assertThatThrownBy(() -> ask(fleet, upstream, "alice", opened.session()))
                    .isInstanceOf(SessionUnavailable.class);

            fleet.start(1, server(1));

            assertThat(ask(fleet, upstream, "alice", opened.session())).isEqualTo(opened);
        }
    }

    @Test
    void aSessionIsFinishedAtAServerOfWeightZero() throws Exception {
        try (Fleet fleet = servers(2)) {
            Upstream before = weighted(fleet, 1);
            Answer opened = ask(fleet, before, "alice");
            while (opened.number() != 2) {
                opened = ask(fleet, before, "alice");
            }

            assertThat(ask(fleet, weighted(fleet, 0), "alice", opened.session()))
                    .isEqualTo(opened);
        }
    }

    @Test
    void oneAddressMayBeWrittenInTwoWays() throws Exception {
        try (Fleet fleet = servers(1)) {
            Upstream upstream = new Upstream(
                    "echo",
                    List.of(
                            Upstream.server("echo", "http://127.0.0.1:" + fleet.port, 1, "/mcp", null),
                            Upstream.server("echo", "https://127.0.0.1:" + fleet.port, 0, "/mcp", null)),
                    Requests.PATIENT,
                    balancing());
            Answer opened = ask(fleet, upstream, "alice");

            assertThat(ask(fleet, upstream, "alice", opened.session())).isEqualTo(opened);
        }
    }

    @Test
    void anotherRouterAndTheSameAfterARestartKnowTheSession() throws Exception {
        try (Fleet fleet = servers(3);
                Upstreams one = router(fleet);
                Upstreams other = router(fleet)) {
            Upstream upstream = fleet.upstream(balancing());
            for (int i = 0; i < 10; i++) {
                Answer opened = ask(one, upstream, "alice");

                assertThat(ask(other, upstream, "alice", opened.session())).isEqualTo(opened);
            }
        }
    }

    @Test
    void requestsWithoutASessionAreSpread() throws Exception {
        try (Fleet fleet = Fleet.of(3)) {
            Upstream upstream = fleet.upstream(balancing());
            Set<Integer> numbers = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                try (UpstreamResponse response = fleet.upstreams.send(upstream, Requests.post("{}"), "alice")) {
                    numbers.add(Integer.parseInt(new String(response.readUpTo(1), StandardCharsets.ISO_8859_1)));
                    assertThat(response.headers().contains("Mcp-Session-Id")).isFalse();
                }
            }

            assertThat(numbers).containsExactlyInAnyOrder(1, 2, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mcp-Session-Id: a b",
                "Mcp-Session-Id: ",
                "Mcp-Session-Id: \u00e9",
                "Mcp-Session-Id: a\r\nMcp-Session-Id: b"
            })
    void anIdThatNoServerMayGiveIsABadAnswer(String line) throws Exception {
        try (Fleet fleet = Fleet.of(0)) {
            fleet.start(1, peer -> {
                while (peer.readRequest().isPresent()) {
                    peer.send("HTTP/1.1 200 OK\r\n" + line + "\r\nContent-Length: 0\r\n\r\n");
                }
            });
            fleet.name("fleet", 1);
            Upstream upstream = fleet.upstream(balancing());

            assertThatThrownBy(() -> fleet.upstreams.send(upstream, Requests.post("{}"), "alice"))
                    .isInstanceOf(BadResponse.class);
            assertThat(fleet.status(1).inFlight()).isZero();
        }
    }

    @Test
    void affinityCanBeSwitchedOff() throws Exception {
        Balancing off = new Balancing(
                Policy.ROUND_ROBIN, 100, 0, Duration.ofSeconds(1), HealthCheck.NONE, Ejection.DEFAULTS, false);
        try (Fleet fleet = servers(2)) {
            Upstream upstream = fleet.upstream(off);

            assertThat(ask(fleet, upstream, "alice", "mine").session()).isEqualTo("mine");
            assertThat(ask(fleet, upstream, "bob", "mine").session()).isEqualTo("mine");
            assertThat(fleet.servers.get(1).requests()).hasSize(1);
        }
    }

    /** Which server answered, and under which id the client knows the session. */
    private record Answer(int number, String session) {}

    private static Fleet servers(int size) throws IOException {
        Fleet fleet = Fleet.of(0);
        Integer[] numbers = new Integer[size];
        for (int number = 1; number <= size; number++) {
            fleet.start(number, server(number));
            numbers[number - 1] = number;
        }
        fleet.name("fleet", numbers);
        return fleet;
    }

    private static ScriptedUpstream.Script server(int number) {
        return peer -> {
            for (var request = peer.readRequest(); request.isPresent(); request = peer.readRequest()) {
                String[] split = request.get().split("\r\nMcp-Session-Id: ", 2);
                String session = split.length == 1 ? "session-of-" + number : split[1].split("\r", 2)[0];
                peer.send("HTTP/1.1 200 OK\r\nmcp-session-id: %s\r\nContent-Length: 1\r\n\r\n%d"
                        .formatted(session, number));
            }
        };
    }

    private static Balancing balancing() {
        return Fleet.balancing(Policy.ROUND_ROBIN, HealthCheck.NONE, AT_ONCE_FOR_LONG);
    }

    private static Upstream weighted(Fleet fleet, int weightOfSecond) {
        return new Upstream(
                "echo",
                List.of(
                        Upstream.server("echo", "http://127.0.0.1:" + fleet.port, 1, "/mcp", null),
                        Upstream.server("echo", "http://127.0.0.2:" + fleet.port, weightOfSecond, "/mcp", null)),
                Requests.PATIENT,
                balancing());
    }

    private Upstreams router(Fleet fleet) {
        return new Upstreams(
                UpstreamLimits.DEFAULTS, fleet::find, Fleet.LOOK_UP_INTERVAL, SessionAffinity.open(folder));
    }

    private static UpstreamRequest request(HeaderList headers) {
        return new UpstreamRequest("POST", "/mcp", headers, RequestBody.NONE, Requests.PATIENT);
    }

    private static Answer ask(Fleet fleet, Upstream upstream, String user) throws IOException {
        return ask(fleet.upstreams, upstream, user);
    }

    private static Answer ask(Fleet fleet, Upstream upstream, String user, String session) throws IOException {
        return ask(fleet.upstreams, upstream, user, session);
    }

    private static Answer ask(Upstreams upstreams, Upstream upstream, String user) throws IOException {
        return answer(upstreams.send(upstream, request(HeaderList.EMPTY), user));
    }

    private static Answer ask(Upstreams upstreams, Upstream upstream, String user, String session) throws IOException {
        return answer(upstreams.send(upstream, request(HeaderList.of("Mcp-Session-Id", session)), user));
    }

    private static Answer answer(UpstreamResponse response) throws IOException {
        try (response) {
            return new Answer(
                    Integer.parseInt(new String(response.readUpTo(1), StandardCharsets.ISO_8859_1)),
                    response.headers().first("Mcp-Session-Id").orElseThrow());
        }
    }
}
