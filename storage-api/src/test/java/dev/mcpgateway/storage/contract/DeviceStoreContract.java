package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.DeviceStore.PendingDevice;
import dev.mcpgateway.storage.DeviceStore.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class DeviceStoreContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private PendingDevice device(String name) {
        return new PendingDevice(
                name,
                "code-" + name,
                "https://client.example/metadata",
                "{\"name\":\"\uD83D\uDE00 'x'\"}",
                clock.instant().plus(LIFETIME));
    }

    @Test
    void findsADeviceThatWaits() {
        PendingDevice device = device("a");

        assertThat(store.devices().begin(device)).isTrue();

        assertThat(store.devices().find("a")).contains(device);
        assertThat(store.devices().status("a", "code-a")).contains(Status.PENDING);
    }

    @Test
    void remembersTheDecision() {
        store.devices().begin(device("a"));
        store.devices().begin(device("b"));

        assertThat(store.devices().decide("a", true)).isTrue();
        assertThat(store.devices().decide("b", false)).isTrue();

        assertThat(store.devices().status("a", "code-a")).contains(Status.ALLOWED);
        assertThat(store.devices().status("b", "code-b")).contains(Status.DENIED);
    }

    @Test
    void decidesOnce() {
        store.devices().begin(device("a"));
        store.devices().decide("a", false);

        assertThat(store.devices().decide("a", true)).isFalse();
        assertThat(store.devices().find("a")).isEmpty();
        assertThat(store.devices().status("a", "code-a")).contains(Status.DENIED);
    }

    @Test
    void letsOneOfManyDecide() throws Exception {
        store.devices().begin(device("a"));
        var second = another();

        List<Boolean> decided =
                Race.of(100, i -> (i % 2 == 0 ? store : second).devices().decide("a", i % 3 == 0));

        assertThat(decided).containsOnlyOnce(true);
        assertThat(store.devices().status("a", "code-a"))
                .contains(decided.indexOf(true) % 3 == 0 ? Status.ALLOWED : Status.DENIED);
    }

    @Test
    void givesAUserCodeToOneOfMany() throws Exception {
        var second = another();

        List<Boolean> begun = Race.of(
                100,
                i -> (i % 2 == 0 ? store : second)
                        .devices()
                        .begin(new PendingDevice(
                                "a",
                                "code-" + i,
                                "client",
                                "{}",
                                clock.instant().plus(LIFETIME))));

        assertThat(begun).containsOnlyOnce(true);
        assertThat(store.devices().status("a", "code-" + begun.indexOf(true))).contains(Status.PENDING);
    }

    @Test
    void livesUntilJustBeforeItsExpiry() {
        store.devices().begin(device("a"));

        clock.advance(LIFETIME.minusMillis(1));
        assertThat(store.devices().find("a")).isPresent();
        assertThat(store.devices().begin(device("a"))).isFalse();

        clock.advance(Duration.ofMillis(1));
        assertThat(store.devices().find("a")).isEmpty();
        assertThat(store.devices().status("a", "code-a")).isEmpty();
        assertThat(store.devices().decide("a", true)).isFalse();
        assertThat(store.devices().begin(device("a"))).isTrue();
        assertThat(store.devices().find("a")).contains(device("a"));
    }

    @Test
    void tellsNothingToAnotherDevice() {
        store.devices().begin(device("a"));
        store.devices().begin(device("b"));

        assertThat(store.devices().status("a", "code-b")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeUserCode(String userCode) {
        store.devices().begin(device("a"));

        assertThat(store.devices().find(userCode)).isEmpty();
        assertThat(store.devices().status(userCode, "code-a")).isEmpty();
        assertThat(store.devices().decide(userCode, true)).isFalse();
        assertThat(store.devices().find("a")).isPresent();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.devices().begin(device("a"));
        store.devices().begin(device("b"));
        store.devices().decide("b", true);

        restart();

        assertThat(store.devices().find("a")).isPresent();
        assertThat(store.devices().status("b", "code-b")).contains(Status.ALLOWED);
    }
}
