package dev.mcpgateway.storage.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RevocationFeedTest {
    private final RevocationFeed feed = new RevocationFeed();
    private final List<Object> heard = new ArrayList<>();

    private final RevocationListener listener = new RevocationListener() {
        @Override
        public void revoked(Revocation revocation) {
            heard.add(revocation);
        }

        @Override
        public void lost() {
            heard.add("lost");
        }

        @Override
        public void restored() {
            heard.add("restored");
        }
    };

    @Test
    void tellsOfLossAndRestorationOnceEach() {
        feed.watch(listener);

        feed.lost();
        feed.lost();
        feed.restored();
        feed.restored();
        feed.gap();

        assertThat(heard).containsExactly("lost", "restored", "lost", "restored");
    }

    @Test
    void tellsNewListenersThatNothingArrives() {
        feed.lost();

        feed.watch(listener);

        assertThat(heard).containsExactly("lost");
    }

    @Test
    void endsWithALoss() {
        feed.watch(listener);

        feed.close();
        feed.deliver(new Revocation.Family("late"));

        assertThat(heard).containsExactly("lost");
    }

    static List<Revocation> revocations() {
        Instant moment = Instant.parse("2026-11-23T12:00:00.123Z");
        return List.of(
                new Revocation.Family("a:b"),
                new Revocation.User("oidc:corp:4711", moment),
                new Revocation.Client("https://client.example/metadata.json", moment));
    }

    @ParameterizedTest
    @MethodSource("revocations")
    void readsWhatItWrote(Revocation revocation) {
        assertThat(RevocationText.parse(RevocationText.of(revocation))).isEqualTo(revocation);
    }
}
