package dev.mcpgateway.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.fake.Reply;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RegistrationCheckTest {
    private static final Check CHECK = new RegistrationCheck(ClientProfile.ALL);

    private static List<String> faults(UnaryOperator<Reply> fault) {
        try (Exam exam = Exam.begin().spoil("POST /register", fault)) {
            return exam.faults(CHECK);
        }
    }

    @Test
    void registersEveryClientAndLeavesNoneBehind() {
        try (Exam exam = Exam.begin()) {
            assertThat(exam.run(CHECK)).hasSize(ClientProfile.ALL.size() + 1);
            assertThat(exam.faults(CHECK)).isEmpty();
            assertThat(exam.gateway.clients()).isEmpty();
            assertThat(exam.gateway.requests()).anyMatch(request -> request.startsWith("DELETE /register/client-"));
        }
    }

    @Test
    void findsAClientThatIsRefused() {
        UnaryOperator<Reply> noPrivateSchemes = reply -> reply.body().contains("cursor:")
                ? reply.withStatus(400).withBody("{\"error\":\"invalid_redirect_uri\",\"error_description\":\"no\"}")
                : reply;

        assertThat(faults(noPrivateSchemes))
                .containsExactly(
                        "problem: Cursor: not registered: 400 (application/json), \"invalid_redirect_uri no\"");
    }

    @Test
    void findsARegistrationThatNeedsAToken() {
        assertThat(faults(reply -> Reply.empty(401)))
                .hasSize(ClientProfile.ALL.size())
                .allMatch(fault -> fault.contains("not registered: 401"));
    }

    @Test
    void stopsWhereTheServerHasHadEnough() {
        assertThat(faults(reply -> Reply.empty(429))).containsExactly("not checked: Claude: registration");
    }

    @Test
    void findsWhatNobodyShouldRegister() {
        UnaryOperator<Reply> careless = reply -> reply.status() == 400
                ? reply.withStatus(201).with("Cache-Control", "no-store").withBody("{\"client_id\":\"bad\"}")
                : reply;

        assertThat(faults(careless))
                .containsExactly(
                        "problem: registers a client with the redirect URI http://doctor.invalid/callback",
                        "problem: registers a client with the redirect URI javascript:alert(1)",
                        "warning: 2 client(s) made for this could not be deleted");
    }

    @Test
    void findsRedirectUrisThatWereDropped() {
        assertThat(faults(reply -> reply.body().contains("cursor:")
                        ? reply.replacing("\"cursor://anysphere.cursor-mcp/oauth/callback\",", "")
                        : reply))
                .containsExactly("warning: Cursor: only 2 of 3 redirect URIs were kept");
    }

    @Test
    void findsAnswersThatMayBeKept() {
        assertThat(faults(reply -> reply.without("Cache-Control")))
                .hasSize(ClientProfile.ALL.size())
                .allMatch(fault -> fault.endsWith("registered, but the answer may be cached"));
    }

    @Test
    void sendsTheRegistrationTokenNowhereElse() {
        try (Exam exam = Exam.begin();
                Exam other = Exam.begin()) {
            exam.spoil(
                    "POST /register",
                    reply -> reply.status() == 201
                            ? reply.replacing(
                                    exam.gateway.origin() + "/register/", other.gateway.origin() + "/register/")
                            : reply);
            assertThat(exam.faults(CHECK)).containsExactly("warning: 5 client(s) made for this could not be deleted");
            assertThat(other.gateway.requests()).isEmpty();
        }
    }
}
