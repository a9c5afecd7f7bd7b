package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ForwardingTest {
    @Test
    void forwardsWhatVerifyAllowsWithTheIdentityItGave() throws IOException {
        try (TestRouter router = TestRouter.setup().start()) {
            RawClient.Answer answer =
                    router.ask(router.post("/echo/mcp/x?a=b%2F", "body", "Authorization: Bearer t", "Mcp-Method: s"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(router.service().requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request)
                            .startsWith("POST /up/x?a=b%2F HTTP/1.1\r\n")
                            .contains("\r\nHost: " + router.host() + "\r\n")
                            .contains("\r\nX-User-Id: 42\r\n")
                            .contains("\r\nX-User-Name: alice\r\n")
                            .contains("\r\nMcp-Method: s\r\n")
                            .contains("\r\nX-Forwarded-Proto: https\r\n")
                            .doesNotContainIgnoringCase("authorization")
                            .doesNotContainIgnoringCase("gateway-")
                            .endsWith("\r\n\r\nbody"));
        }
    }
}
