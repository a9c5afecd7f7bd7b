package dev.mcpgateway.oracle.verify;

import static dev.mcpgateway.oracle.testing.RunningOracle.ECHO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.RunningOracle;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two oracles whose clocks differ: one issues, the other decides. A minute does not matter, five do (figure F-13).
 * Access tokens live for three minutes here, so that those of a clock that is behind show it, too.
 */
class ClockSkewTest {
    @ParameterizedTest
    @CsvSource({"60, 204", "-60, 204", "300, 401", "-300, 401"})
    void decidesByItsOwnClock(long seconds, int status) {
        try (RunningOracle deciding = RunningOracle.start();
                RunningOracle issuing =
                        deciding.siblingAhead(Duration.ofSeconds(seconds), Map.of("ACCESS_TOKEN_LIFETIME", "3m"))) {
            String token = issuing.connect(issuing.registerClient(), ECHO).getString("access_token");

            assertThat(deciding.verify(ECHO, token).statusCode()).isEqualTo(status);
            assertThat(issuing.verify(ECHO, token).statusCode()).isEqualTo(204);
        }
    }
}
