package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.TokenStore.Presented;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

public abstract class RevocationContract extends StoreContract {
    /** Writes down what it hears. */
    private static final class Notes implements RevocationListener {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

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

        /** Waits for this to be heard; returns everything heard until then. */
        List<Object> until(Object awaited) throws InterruptedException {
            List<Object> until = new ArrayList<>();
            while (true) {
                Object next = heard.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("heard %s, waiting for %s", until, awaited).isNotNull();
                until.add(next);
                if (next.equals(awaited)) {
                    return until;
                }
            }
        }
    }

    private final Notes notes = new Notes();

    @BeforeEach
    final void createGrant() {
        grant("family");
    }

    private Presented token(long sequence, Duration grace) {
        return new Presented("family", sequence, SECRET_HASH, "client", clock.instant(), IDLE_LIFETIME, grace, 32);
    }

    @Test
    void hearsOfEveryKindOfRevocation() throws Exception {
        try (var _ = store.watchRevocations(notes)) {
            store.tokens().revokeFamily("family");
            store.tokens().revokeUser("user", clock.instant());
            store.tokens().revokeClient("client", clock.instant());

            assertThat(notes.until(new Revocation.Client("client", clock.instant())))
                    .contains(new Revocation.Family("family"), new Revocation.User("user", clock.instant()));
        }
    }

    @Test
    void hearsOfAFamilyThatAReusedTokenEnded() throws Exception {
        try (var _ = store.watchRevocations(notes)) {
            store.tokens().rotate(token(0, Duration.ZERO));
            store.tokens().rotate(token(0, Duration.ZERO));

            assertThat(notes.until(new Revocation.Family("family"))).hasSize(1);
        }
    }

    @Test
    void hearsOfRevocationsMadeElsewhere() throws Exception {
        var second = another();
        try (var _ = store.watchRevocations(notes)) {
            second.tokens().revokeFamily("family");

            assertThat(notes.until(new Revocation.Family("family"))).isNotEmpty();
        }
    }

    @Test
    void isToldAfterTheRevocationHolds() throws Exception {
        var alive = new LinkedBlockingQueue<Boolean>();
        var listener = new RevocationListener() {
            @Override
            public void revoked(Revocation revocation) {
                alive.add(store.tokens().findGrant("family").isPresent());
            }

            @Override
            public void lost() {}

            @Override
            public void restored() {}
        };
        try (var _ = store.watchRevocations(listener)) {
            store.tokens().revokeUser("user", clock.instant());

            assertThat(alive.poll(10, TimeUnit.SECONDS)).isEqualTo(false);
        }
    }

    @Test
    void isNotToldOfRefreshing() throws Exception {
        try (var _ = store.watchRevocations(notes)) {
            store.tokens().rotate(token(0, Duration.ofMinutes(2)));
            store.tokens().rotate(token(0, Duration.ofMinutes(2)));
            store.tokens().revokeFamily("last");

            assertThat(notes.until(new Revocation.Family("last"))).hasSize(1);
        }
    }

    @Test
    void hearsNothingOnceTheSubscriptionIsClosed() throws Exception {
        var closed = new Notes();
        store.watchRevocations(closed).close();
        try (var _ = store.watchRevocations(notes)) {
            store.tokens().revokeFamily("family");

            notes.until(new Revocation.Family("family"));
            assertThat(closed.heard).isEmpty();
        }
    }

    @Test
    void goesOnWhenAListenerFails() throws Exception {
        var failing = new RevocationListener() {
            @Override
            public void revoked(Revocation revocation) {
                throw new IllegalStateException("a test of a failing listener");
            }

            @Override
            public void lost() {}

            @Override
            public void restored() {}
        };
        try (var _ = store.watchRevocations(failing);
                var _ = store.watchRevocations(notes)) {
            assertThat(store.tokens().revokeFamily("family")).isTrue();

            assertThat(notes.until(new Revocation.Family("family"))).isNotEmpty();
        }
    }

    @Test
    void saysThatRevocationsAreLostWhenTheStoreIsClosed() throws Exception {
        var second = another();
        second.watchRevocations(notes);

        second.close();

        assertThat(notes.until("lost")).hasSize(1);
    }
}
