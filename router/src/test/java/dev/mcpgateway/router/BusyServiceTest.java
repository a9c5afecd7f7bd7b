package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.upstream.Eventually;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A service that takes one request at a time. */
class BusyServiceTest {
    @Test
    void aRequestThatMayNotWaitIsToldToComeAgain() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (TestRouter router = TestRouter.setup()
                        .service(peer -> {
                            while (peer.readRequest().isPresent()) {
                                release.await();
                                peer.send(TestRouter.HELLO);
                            }
                        })
                        .serviceYaml("max_requests: 1\nmax_waiting: 0")
                        .start();
                RawClient first = router.connect()) {
            first.send(router.post("/echo/mcp", "{}"));
            Eventually.holds(() -> router.service().requests().size() == 1);

            RawClient.Answer second = router.ask(router.post("/echo/mcp", "{}"));

            assertThat(second.status()).isEqualTo(503);
            assertThat(second.header("Retry-After")).isEqualTo("1");
            assertThat(second.body()).contains("upstream_busy");
            release.countDown();
            assertThat(first.read().status()).isEqualTo(200);
            assertThat(router.ask(router.post("/echo/mcp", "{}")).status()).isEqualTo(200);
        }
    }
}
