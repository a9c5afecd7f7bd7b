package dev.mcpgateway.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.client.Browser;
import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.fake.FakeGateway;
import dev.mcpgateway.doctor.fake.Reply;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Report;
import dev.mcpgateway.doctor.report.Section;
import dev.mcpgateway.doctor.web.Trust;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signing in, listening to events, and ending it all. */
@Timeout(60)
class SignInChecksTest {
    private static final ClientProfile MCP_REMOTE =
            ClientProfile.named("mcp-remote").orElseThrow();
    private static final ClientProfile CLAUDE = ClientProfile.named("claude").orElseThrow();

    private final StreamCheck stream = new StreamCheck(Duration.ofSeconds(5), Duration.ofMillis(400));

    /** A person who allows everything. */
    private static void allow(String client, URI page) {
        HttpClient browser = HttpClient.newBuilder()
                .sslContext(Trust.of(List.of(Exam.AUTHORITY.root())).context())
                .build();
        try (browser) {
            URI approved = URI.create(page.toString().replace("/authorize?", "/approve?"));
            HttpResponse<String> sent =
                    browser.send(HttpRequest.newBuilder(approved).build(), HttpResponse.BodyHandlers.ofString());
            URI back = URI.create(sent.headers().firstValue("Location").orElseThrow());
            HttpResponse<String> end =
                    browser.send(HttpRequest.newBuilder(back).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(end.body()).contains("You can close this window");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SignInCheck signIn(ClientProfile profile, Browser browser) {
        return new SignInCheck(List.of(profile), browser, Duration.ofSeconds(20));
    }

    private List<Finding> all(Exam exam, ClientProfile profile, Check... checks) {
        List<Finding> findings = new ArrayList<>();
        try (Examination examination = exam.examination()) {
            findings.addAll(signIn(profile, SignInChecksTest::allow).run(examination));
            for (Check check : checks) {
                findings.addAll(check.run(examination));
            }
        }
        return findings;
    }

    private List<String> faults(String request, UnaryOperator<Reply> fault, Check... checks) {
        try (Exam exam = Exam.begin().spoil(request, fault)) {
            return Exam.faults(all(exam, MCP_REMOTE, checks));
        }
    }

    @Test
    void signsInAsEachClientAndLeavesNothingBehind() {
        for (ClientProfile profile : ClientProfile.ALL) {
            try (Exam exam = Exam.begin()) {
                List<Finding> findings = all(exam, profile, new RevocationCheck());

                assertThat(Exam.faults(findings).stream().filter(fault -> !profile.isHosted()))
                        .as(profile.title())
                        .isEmpty();
                assertThat(findings).hasSize(profile.isHosted() ? 2 : 3);
                assertThat(exam.gateway.clients()).as(profile.title()).isEmpty();
            }
        }
    }

    @Test
    void tellsNoSecret() {
        UnaryOperator<Reply> chatty = reply -> reply.withStatus(400)
                .withBody("{\"error\":\"invalid_grant\",\"error_description\":\"code-2 is not good\"}");

        try (Exam exam = Exam.begin().spoil("POST /token", chatty)) {
            String told = Report.text(new Section("x", all(exam, MCP_REMOTE)));

            assertThat(told)
                    .contains("no token for the code")
                    .contains("[secret] is not good")
                    .doesNotContain("code-2");
        }
    }

    @Test
    void findsTokensThatAreRefusedOrCannotBeRefreshed() {
        assertThat(faults("POST /token", reply -> reply.replacing("access-", "other-")))
                .contains("problem: mcp-remote: the token that was just issued is refused (401)");
        assertThat(faults("POST /token", reply -> reply.replacing("\"refresh_token\"", "\"x\"")))
                .containsExactly("warning: mcp-remote: no refresh token");
        assertThat(faults("POST /token", reply -> reply.without("Cache-Control").replacing("expires_in", "x")))
                .containsExactly(
                        "warning: mcp-remote: the answer with the tokens may be cached",
                        "warning: mcp-remote: no expires_in beside the token");
    }

    @Test
    void findsRefreshThatIsTooStrict() {
        boolean[] hasRefreshed = new boolean[1];
        UnaryOperator<Reply> strict = reply -> {
            boolean isRefresh = !reply.body().contains("access-3") && reply.status() == 200;
            if (isRefresh && hasRefreshed[0]) {
                return reply.withStatus(400).withBody("{\"error\":\"invalid_grant\"}");
            }
            hasRefreshed[0] |= isRefresh;
            return reply;
        };

        assertThat(faults("POST /token", strict))
                .containsExactly("warning: mcp-remote: a refresh that is sent twice is refused the second time");
    }

    @Test
    void findsAnswersThatAreNotForUs() {
        assertThat(faults(
                        "GET /approve",
                        reply -> reply.with(
                                "Location", reply.headers().get("Location").replaceAll("state=[^&]*", "state=other"))))
                .containsExactly("problem: mcp-remote: the answer has another state than the request");
        assertThat(faults(
                        "GET /approve",
                        reply -> reply.with(
                                "Location", reply.headers().get("Location").replaceAll("&iss=.*", ""))))
                .containsExactly("problem: mcp-remote: the answer has no iss, though the metadata promises it");
        assertThat(faults(
                        "GET /approve",
                        reply -> reply.with(
                                "Location",
                                reply.headers().get("Location").replaceAll("code=[^&]*", "error=access_denied"))))
                .containsExactly("problem: mcp-remote: refused: access_denied \"\"");
    }

    @Test
    void findsAPageThatIsNone() {
        try (Exam exam = Exam.begin().spoil("GET /authorize", reply -> reply.withStatus(400))) {
            assertThat(exam.faults(signIn(CLAUDE, SignInChecksTest::allow)))
                    .containsExactly("problem: Claude: no page of sign-in or consent: 400 (text/html)");
        }
        try (Exam exam = Exam.begin()
                .spoil(
                        "GET /authorize",
                        reply -> Reply.empty(302)
                                .with("Location", CLAUDE.answerAt() + "?error=invalid_scope&state=x"))) {
            assertThat(exam.faults(signIn(CLAUDE, SignInChecksTest::allow)))
                    .containsExactly("problem: Claude: no page; sent straight back: \"error=invalid_scope&state=x\"");
        }
        try (Exam exam = Exam.begin().spoil("GET /authorize", reply -> reply.without("Content-Security-Policy"))) {
            assertThat(exam.faults(signIn(CLAUDE, SignInChecksTest::allow)))
                    .containsExactly("warning: Claude: its page may be shown in a frame of another page");
        }
    }

    @Test
    void saysWhereThePortIsTaken() throws IOException {
        ClientProfile cursor = ClientProfile.named("cursor").orElseThrow();
        try (Exam exam = Exam.begin();
                ServerSocket taken = new ServerSocket(8787, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            assertThat(exam.faults(signIn(cursor, SignInChecksTest::allow)))
                    .containsExactly("not checked: Cursor: sign-in");
            assertThat(exam.gateway.clients()).isEmpty();
        }
    }

    @Test
    void doesNotWaitForever() {
        try (Exam exam = Exam.begin()) {
            assertThat(exam.faults(new SignInCheck(List.of(MCP_REMOTE), (_, _) -> {}, Duration.ofMillis(50))))
                    .containsExactly("not checked: mcp-remote: sign-in");
        }
    }

    @Test
    void findsTokensThatOutliveTheirEnd() {
        assertThat(faults("POST /revoke", reply -> reply.withStatus(503), new RevocationCheck()))
                .singleElement()
                .asString()
                .startsWith("problem: mcp-remote: a token is not revoked: 503");
        try (Exam exam = Exam.begin()) {
            exam.spoil(
                    "GET /.well-known/oauth-authorization-server",
                    reply -> reply.replacing("/revoke\"", "/jwks\"")); // says 200 and ends nothing
            assertThat(Exam.faults(all(exam, MCP_REMOTE, new RevocationCheck())))
                    .containsExactly("problem: mcp-remote: a revoked refresh token still gets new tokens");
        }
        assertThat(faults(
                        "GET /.well-known/oauth-authorization-server",
                        reply -> reply.replacing("revocation", "x"),
                        new RevocationCheck()))
                .containsExactly("warning: mcp-remote: the authorization server has no revocation endpoint");
    }

    @Test
    void isContentWithAStreamThatFlows() {
        try (Exam exam = Exam.begin()) {
            List<Finding> findings = all(exam, MCP_REMOTE, stream);

            assertThat(Exam.faults(findings)).isEmpty();
            assertThat(findings.getLast().what()).contains("arrives piece by piece");
        }
    }

    @Test
    void findsAStreamThatIsHeldBack() {
        try (Exam exam = Exam.begin()) {
            exam.gateway.streams(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                FakeGateway.pause(900);
                exchange.getResponseBody().write("data: 1\n\ndata: 2\n\n".getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
                FakeGateway.pause(100);
            });
            assertThat(Exam.faults(all(exam, MCP_REMOTE, stream)))
                    .singleElement()
                    .asString()
                    .matches("problem: (2 events came all at once after|the event stream began only after) .*");
        }
    }

    @Test
    void findsAStreamThatBeginsLate() {
        try (Exam exam = Exam.begin()) {
            exam.gateway.streams(exchange -> {
                FakeGateway.pause(900);
                exchange.sendResponseHeaders(200, 0);
                OutputStream out = exchange.getResponseBody();
                for (int i = 0; i < 3; i++) {
                    out.write(": here\n\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    FakeGateway.pause(200);
                }
            });
            assertThat(Exam.faults(all(exam, MCP_REMOTE, stream)))
                    .singleElement()
                    .asString()
                    .startsWith("problem: the event stream began only after ");
        }
    }

    @Test
    void findsAStreamThatDoesNotBegin() {
        try (Exam exam = Exam.begin()) {
            exam.gateway.streams(exchange -> FakeGateway.pause(6000)); // longer than the exam waits for an answer
            assertThat(Exam.faults(all(exam, MCP_REMOTE, stream)))
                    .containsExactly("warning: the event stream does not begin: no answer in 5 s");
        }
    }

    @Test
    void findsAStreamThatIsCompressedOrCut() {
        assertThat(faults(
                        "GET /mcp",
                        reply -> reply.status() == 200 ? reply.with("Content-Encoding", "gzip") : reply,
                        stream))
                .containsExactly("warning: the event stream is compressed (gzip)");
        try (Exam exam = Exam.begin()) {
            exam.gateway.streams(exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(": here\n\n".getBytes(StandardCharsets.UTF_8));
            });
            assertThat(Exam.faults(all(exam, MCP_REMOTE, stream)))
                    .singleElement()
                    .asString()
                    .startsWith("warning: the event stream was closed after ");
        }
    }

    @Test
    void saysWhatItCouldNotLookAt() {
        try (Exam exam = Exam.begin()) {
            assertThat(exam.faults(stream)).containsExactly("not checked: event stream");
            assertThat(exam.faults(new RevocationCheck())).containsExactly("not checked: revocation");
        }
    }
}
