package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.ConsentStore.Consent;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

public abstract class ConsentStoreContract extends StoreContract {
    private static final Duration LIFETIME = Duration.ofDays(180);

    private Consent consent(String userId, String resource, String scope) {
        return new Consent(
                userId,
                "client",
                "client.example",
                resource,
                scope,
                clock.instant(),
                clock.instant().plus(LIFETIME));
    }

    private Optional<Consent> find(String userId, String resource) {
        return store.consents().find(userId, "client", "client.example", resource);
    }

    @Test
    void findsTheAgreementOfExactlyThisUserClientHostAndResource() {
        Consent consent = consent("user", "echo", "mcp");
        store.consents().record(consent);

        assertThat(find("user", "echo")).contains(consent);
        assertThat(find("other", "echo")).isEmpty();
        assertThat(find("user", "other")).isEmpty();
        assertThat(store.consents().find("user", "other", "client.example", "echo"))
                .isEmpty();
        assertThat(store.consents().find("user", "client", "other.example", "echo"))
                .isEmpty();
    }

    @Test
    void replacesAnEarlierAgreement() {
        store.consents().record(consent("user", "echo", "mcp"));
        clock.advance(Duration.ofDays(1));
        Consent wider = consent("user", "echo", "mcp write");

        store.consents().record(wider);

        assertThat(find("user", "echo")).contains(wider);
    }

    @Test
    void keepsOneOfManyRecordedAtOnce() throws Exception {
        Race.of(50, i -> {
            store.consents().record(consent("user", "echo", "scope" + i));
            return i;
        });

        assertThat(find("user", "echo").orElseThrow().scope()).startsWith("scope");
    }

    @Test
    void livesUntilJustBeforeItsExpiryAndCanBeGivenAgain() {
        store.consents().record(consent("user", "echo", "mcp"));

        clock.advance(LIFETIME.minusMillis(1));
        assertThat(find("user", "echo")).isPresent();

        clock.advance(Duration.ofMillis(1));
        assertThat(find("user", "echo")).isEmpty();

        store.consents().record(consent("user", "echo", "mcp"));
        assertThat(find("user", "echo")).isPresent();
    }

    @Test
    void forgetsEverythingOfOneUser() {
        store.consents().record(consent("user", "echo", "mcp"));
        store.consents().record(consent("user", "other", "mcp"));
        store.consents().record(consent("else", "echo", "mcp"));

        store.consents().forgetUser("user");

        assertThat(find("user", "echo")).isEmpty();
        assertThat(find("user", "other")).isEmpty();
        assertThat(find("else", "echo")).isPresent();
    }

    @Test
    void endsWithItsUserOrClient() {
        store.consents().record(consent("user", "echo", "mcp"));
        store.consents().record(consent("else", "echo", "mcp"));

        store.tokens().revokeUser("user", clock.instant());
        assertThat(find("user", "echo")).isEmpty();
        assertThat(find("else", "echo")).isPresent();

        store.tokens().revokeClient("client", clock.instant());
        assertThat(find("else", "echo")).isEmpty();
    }

    @Test
    void canBeGivenAgainOnceItWasForgottenOrEnded() {
        store.consents().record(consent("user", "echo", "mcp"));
        store.consents().forgetUser("user");
        store.tokens().revokeUser("user", clock.instant());
        store.tokens().revokeClient("client", clock.instant());
        clock.advance(Duration.ofMillis(1));
        Consent again = consent("user", "echo", "mcp");

        store.consents().record(again);

        assertThat(find("user", "echo")).contains(again);
    }

    @ParameterizedTest
    @MethodSource("strangeIds")
    void knowsNoStrangeUser(String userId) {
        store.consents().record(consent("user", "echo", "mcp"));

        assertThat(find(userId, "echo")).isEmpty();
        store.consents().forgetUser(userId);

        assertThat(find("user", "echo")).isPresent();
    }

    @Test
    void remembersAfterARestart() throws Exception {
        store.consents().record(consent("user", "echo", "mcp"));

        restart();

        assertThat(find("user", "echo")).contains(consent("user", "echo", "mcp"));
    }
}
