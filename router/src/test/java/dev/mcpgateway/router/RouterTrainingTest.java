package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The training ends by itself, and every request of it takes the whole way. */
@Timeout(120)
class RouterTrainingTest {
    @Test
    void answersEveryRequest() throws Exception {
        assertThat(RouterTraining.run()).isEqualTo(RouterTraining.requests());
    }
}
