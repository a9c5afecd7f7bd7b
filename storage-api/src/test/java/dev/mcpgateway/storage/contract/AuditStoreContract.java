package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.AuditStore.AuditEvent;
import java.util.Map;
import org.junit.jupiter.api.Test;

public abstract class AuditStoreContract extends StoreContract {
    private AuditEvent event(int number) {
        return new AuditEvent(clock.instant(), "token.reuse", Map.of("number", Integer.toString(number)));
    }

    @Test
    void tellsTheLatestFirst() {
        store.audit().append(event(1));
        store.audit().append(event(2));
        store.audit().append(event(3));

        assertThat(store.audit().latest(2)).containsExactly(event(3), event(2));
    }

    @Test
    void keepsEveryCharacterOfTheDetails() {
        var event = new AuditEvent(
                clock.instant(),
                "login.denied",
                Map.of("user & name", "a=b&c=d%20+ \n'\"\uD83D\uDE00", "empty", "", "", "nameless"));

        store.audit().append(event);

        assertThat(store.audit().latest(1)).containsExactly(event);
    }

    @Test
    void keepsAnEventWithoutDetails() {
        var event = new AuditEvent(clock.instant(), "gateway.started", Map.of());

        store.audit().append(event);

        assertThat(store.audit().latest(1)).containsExactly(event);
    }

    @Test
    void keepsWhatIsAppendedAtOnce() throws Exception {
        Race.of(100, i -> {
            store.audit().append(event(i));
            return i;
        });

        assertThat(store.audit().latest(1_000)).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void tellsNoMoreThanThereAreAndRefusesToTellNone() {
        store.audit().append(event(1));

        assertThat(store.audit().latest(Integer.MAX_VALUE)).containsExactly(event(1));
        assertThatIllegalArgumentException().isThrownBy(() -> store.audit().latest(0));
    }

    @Test
    void keepsTheNewestWhenThereAreTooMany() {
        int appended = AuditStore.CAPACITY + 2_500;
        for (int i = 1; i <= appended; i++) {
            store.audit().append(event(i));
        }

        var kept = store.audit().latest(AuditStore.CAPACITY);

        assertThat(kept).hasSize(AuditStore.CAPACITY);
        assertThat(kept.getFirst()).isEqualTo(event(appended));
        assertThat(kept.getLast()).isEqualTo(event(appended - AuditStore.CAPACITY + 1));
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.audit().append(event(1));

        restart();
        store.audit().append(event(2));

        assertThat(store.audit().latest(10)).containsExactly(event(2), event(1));
    }
}
