package dev.mcpgateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private Instant now = Instant.EPOCH;
    private final Sessions sessions = new Sessions(2, Duration.ofMinutes(60), () -> now);

    @Test
    void keepsASessionThatIsUsed() {
        Session session = sessions.open();

        now = now.plus(Duration.ofMinutes(40));
        assertThat(sessions.find(session.id())).contains(session);
        now = now.plus(Duration.ofMinutes(40));
        assertThat(sessions.find(session.id())).contains(session);
    }

    @Test
    void forgetsASessionThatIsNotUsed() {
        Session session = sessions.open();

        now = now.plus(Duration.ofMinutes(61));

        assertThat(sessions.find(session.id())).isEmpty();
    }

    @Test
    void makesRoomByEndingTheLongestUnused() {
        Session first = sessions.open();
        Session second = sessions.open();
        sessions.find(first.id());

        sessions.open();

        assertThat(sessions.find(first.id())).isPresent();
        assertThat(sessions.find(second.id())).isEmpty();
    }
}
