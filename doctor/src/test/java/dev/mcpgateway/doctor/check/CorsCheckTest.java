package dev.mcpgateway.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.fake.Reply;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CorsCheckTest {
    private static List<String> faults(String request, UnaryOperator<Reply> fault) {
        try (Exam exam = Exam.begin().spoil(request, fault)) {
            return exam.faults(new CorsCheck());
        }
    }

    @Test
    void isContentWithAGatewayThatAdmitsPages() {
        assertThat(faults("GET /nothing", reply -> reply)).isEmpty();
    }

    @Test
    void findsAQuestionThatIsRefused() {
        assertThat(faults("OPTIONS /mcp", reply -> reply.withStatus(401)))
                .containsExactly(
                        "warning: the browser's question beforehand (OPTIONS) is answered with 401 (without content)");
    }

    @Test
    void findsThatNoOriginIsAllowed() {
        assertThat(faults("OPTIONS /token", reply -> reply.without("Access-Control-Allow-Origin")))
                .singleElement()
                .asString()
                .startsWith(
                        "warning: the answer to OPTIONS (204 (without content)) has no Access-Control-Allow-Origin");
        assertThat(faults(
                        "GET /.well-known/oauth-authorization-server",
                        reply -> reply.without("Access-Control-Allow-Origin")))
                .singleElement()
                .asString()
                .startsWith("warning: the answer (200 (application/json)) has no Access-Control-Allow-Origin");
    }

    @Test
    void findsMethodsAndHeadersThatAreNotAllowed() {
        assertThat(faults("OPTIONS /mcp", reply -> reply.with("Access-Control-Allow-Methods", "GET, POST")))
                .containsExactly("warning: Access-Control-Allow-Methods does not list DELETE");
        assertThat(faults("OPTIONS /register", reply -> reply.with("Access-Control-Allow-Headers", "*")))
                .containsExactly("warning: Access-Control-Allow-Headers does not list authorization");
    }

    @Test
    void findsHeadersThatPagesCannotRead() {
        assertThat(faults("POST /mcp", reply -> reply.with("Access-Control-Expose-Headers", "WWW-Authenticate")))
                .containsExactly("warning: the page cannot read Mcp-Session-Id (answer 401 (application/json))");
    }

    @Test
    void findsTooMuchTrust() {
        assertThat(faults("POST /mcp", reply -> reply.with("Access-Control-Allow-Credentials", "true")))
                .containsExactly("warning: lets pages of any origin send cookies along");
        assertThat(faults("GET /authorize", reply -> reply.with("Access-Control-Allow-Origin", "*")))
                .containsExactly("warning: the page of sign-in and consent can be read by other pages");
    }

    @Test
    void findsThatAnOriginIsTurnedAway() {
        assertThat(faults("GET /.well-known/oauth-protected-resource/mcp", UnaryOperator.identity()))
                .isEmpty();
        assertThat(faults("POST /mcp", reply -> reply.withStatus(403)))
                .singleElement()
                .asString()
                .startsWith("warning: is refused for pages of http://localhost:6274");
    }
}
