package dev.mcpgateway.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Section;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** DNS, ports, the redirect from HTTP and clocks. */
class NetworkChecksTest {
    private static final URI ECHO = URI.create("https://echo.example.com:1/mcp");
    private static final URI FILES = URI.create("https://files.example.com:1/mcp");

    private static List<String> dns(Map<String, String> addresses, URI... services) {
        Resolver resolver = host -> {
            if (!addresses.containsKey(host)) {
                throw new UnknownHostException(host);
            }
            return List.of(InetAddress.getByName(addresses.get(host)));
        };
        try (Exam exam = Exam.begin();
                Examination examination = exam.examination(resolver, Clock.systemUTC(), services)) {
            return Exam.faults(new DnsCheck().run(examination));
        }
    }

    @Test
    void isContentWithPublicNamesAtOneAddress() {
        assertThat(dns(Map.of("echo.example.com", "203.0.113.7", "files.example.com", "203.0.113.7"), ECHO, FILES))
                .isEmpty();
    }

    @Test
    void findsANameWithoutAddress() {
        assertThat(dns(Map.of(), ECHO)).containsExactly("problem: the name has no address");
    }

    @Test
    void findsAnAddressThatOthersCannotReach() {
        assertThat(dns(Map.of("echo.example.com", "192.168.1.7"), ECHO))
                .singleElement()
                .asString()
                .startsWith("warning: has an address that is not on the public Internet: 192.168.1.7");
    }

    @Test
    void findsHostsThatWereLeftBehind() {
        assertThat(dns(Map.of("echo.example.com", "203.0.113.7", "files.example.com", "203.0.113.8"), ECHO, FILES))
                .containsExactly("warning: do not have the same addresses");
    }

    @Test
    void goesOnAfterAFaultOfItsOwn() {
        Check broken = new Check() {
            @Override
            public String name() {
                return "Broken";
            }

            @Override
            public List<Finding> run(Examination examination) {
                throw new IllegalStateException("not foreseen");
            }
        };
        try (Exam exam = Exam.begin();
                Examination examination = exam.examination()) {
            List<Section> sections = Checks.run(List.of(broken, new ClockCheck()), examination, _ -> {});

            assertThat(Exam.faults(sections.getFirst().findings())).containsExactly("not checked: Broken");
            assertThat(Exam.faults(sections.getLast().findings())).isEmpty();
        }
    }

    @Test
    void isContentWithPortsThatAnswer() {
        try (Exam exam = Exam.begin()) {
            assertThat(exam.faults(new PortsCheck())).isEmpty();
            try (Examination examination = exam.examination()) {
                assertThat(Checks.isAnythingThere(examination)).isTrue();
            }
        }
    }

    @Test
    void findsPortsWhereNobodyListens() throws IOException {
        URI nobody = URI.create("https://127.0.0.1:%d/mcp".formatted(unusedPort()));
        try (Exam exam = Exam.begin();
                Examination examination = exam.examination(Resolver.SYSTEM, Clock.systemUTC(), nobody)) {
            assertThat(Exam.faults(new PortsCheck().run(examination)))
                    .singleElement()
                    .asString()
                    .startsWith("problem: HTTPS: connection refused");
            assertThat(Checks.isAnythingThere(examination)).isFalse();
        }
    }

    @Test
    void findsPlainHttpWithoutAnswer() throws IOException {
        try (Exam exam = Exam.begin();
                Examination examination = new Examination(
                        List.of(exam.gateway.service()),
                        unusedPort(),
                        Trust.of(List.of(Exam.AUTHORITY.root())),
                        Resolver.SYSTEM,
                        Clock.systemUTC(),
                        Duration.ofSeconds(5))) {
            assertThat(Exam.faults(new PortsCheck().run(examination)))
                    .containsExactly("warning: plain HTTP: nothing answers");
            assertThat(Exam.faults(new RedirectCheck().run(examination))).containsExactly("not checked: redirect");
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void isContentWithARedirectToHttps() {
        try (Exam exam = Exam.begin()) {
            assertThat(exam.faults(new RedirectCheck())).isEmpty();
        }
    }

    @Test
    void findsAServiceOverPlainHttp() {
        try (Exam exam = Exam.begin()
                .spoil("http GET /mcp", reply -> reply.withStatus(200).without("Location"))) {
            assertThat(exam.faults(new RedirectCheck()))
                    .singleElement()
                    .asString()
                    .startsWith("problem: is served over plain HTTP: 200");
        }
    }

    @Test
    void findsARedirectThatStaysInClear() {
        try (Exam exam =
                Exam.begin().spoil("http GET /mcp", reply -> reply.with("Location", "http://localhost/login"))) {
            assertThat(exam.faults(new RedirectCheck()))
                    .containsExactly("problem: redirects to http://localhost/login, which is not https");
        }
    }

    @Test
    void findsARedirectThatLosesThePath() {
        try (Exam exam = Exam.begin()) {
            exam.spoil("http GET /mcp", reply -> reply.with("Location", exam.gateway.origin() + "/"));
            assertThat(exam.faults(new RedirectCheck()))
                    .singleElement()
                    .asString()
                    .endsWith("and loses the path or the query");
        }
    }

    @Test
    void findsARedirectToAnotherHost() {
        try (Exam exam =
                Exam.begin().spoil("http GET /mcp", reply -> reply.with("Location", "https://www.example.com/mcp"))) {
            assertThat(exam.faults(new RedirectCheck()))
                    .containsExactly("warning: redirects to another host or port: https://www.example.com/mcp");
        }
    }

    private static List<Finding> clock(Duration behind) {
        try (Exam exam = Exam.begin();
                Examination examination = exam.examination(
                        Resolver.SYSTEM, Clock.offset(Clock.systemUTC(), behind.negated()), exam.gateway.service())) {
            return new ClockCheck().run(examination);
        }
    }

    @Test
    void isContentWithClocksThatAgree() {
        assertThat(Exam.faults(clock(Duration.ZERO))).isEmpty();
    }

    @Test
    void findsAClockThatIsWrong() {
        assertThat(Exam.faults(clock(Duration.ofSeconds(-90))))
                .singleElement()
                .asString()
                .matches("problem: its clock is (90|91) s behind this machine's");
        assertThat(Exam.faults(clock(Duration.ofSeconds(45))))
                .singleElement()
                .asString()
                .matches("warning: its clock is 4[3-5] s ahead of this machine's");
    }

    @Test
    void doesNotGuessFromADateThatCannotBeRead() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Exam exam = Exam.begin();
                Examination examination = exam.examination(
                        Resolver.SYSTEM,
                        Clock.systemUTC(),
                        URI.create("http://127.0.0.1:%d/mcp".formatted(server.getLocalPort())))) {
            Thread.ofVirtual().start(() -> answerAll(server));

            assertThat(Exam.faults(new ClockCheck().run(examination))).containsExactly("not checked: clock");
        }
    }

    /** As no server should: with a date that is none. */
    private static void answerAll(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.getInputStream().read(new byte[8192]);
                socket.getOutputStream()
                        .write(
                                "HTTP/1.1 404 Not Found\r\nDate: yesterday\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                // the test is over
            }
        }
    }
}
