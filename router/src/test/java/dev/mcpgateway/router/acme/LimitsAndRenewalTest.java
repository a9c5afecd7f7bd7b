package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import dev.mcpgateway.router.renewal.RenewalWindow;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What public authorities say and pebble does not, said before a real pebble. */
class LimitsAndRenewalTest {
    @TempDir
    static Path certificates;

    private static ProvingGateway gateway;
    private static Pebble pebble;
    private static Credential issued;

    @BeforeAll
    static void start() throws Exception {
        gateway = new ProvingGateway(certificates);
        pebble = Pebble.setup().start(gateway.httpPort(), gateway.httpsPort());
        issued = Orders.from(pebble).authority(certificates).order(List.of("renewed.example.com"), Optional.empty());
    }

    @AfterAll
    static void stop() throws Exception {
        if (pebble != null) {
            pebble.close();
        }
        gateway.close();
    }

    @Test
    void respectsRateLimits() throws Exception {
        try (FakeDirectory directory = FakeDirectory.before(pebble).limitOrders("5400")) {
            OrderException failure =
                    failure(Orders.from(directory.url(), pebble.caFile()).authority(certificates), "many.example.com");

            assertThat(failure.reason()).isEqualTo(Reason.RATE_LIMITED);
            assertThat(failure)
                    .hasMessageContaining("too many certificates")
                    .hasMessageContaining("many.example.com: one a week");
            assertThat(Duration.between(Instant.now(), failure.retryAfter().orElseThrow()))
                    .isBetween(Duration.ofMinutes(89), Duration.ofMinutes(90));
        }
    }

    @Test
    void knowsARateLimitWhoseTimeCannotBeRead() throws Exception {
        try (FakeDirectory directory = FakeDirectory.before(pebble).limitOrders("next week")) {
            OrderException failure =
                    failure(Orders.from(directory.url(), pebble.caFile()).authority(certificates), "many.example.com");

            assertThat(failure.reason()).isEqualTo(Reason.RATE_LIMITED);
            assertThat(failure.retryAfter()).isEmpty();
        }
    }

    @Test
    void tellsWhyAnOrderBecameInvalid() throws Exception {
        try (FakeDirectory directory = FakeDirectory.before(pebble).endOrders()) {
            OrderException failure = failure(
                    Orders.from(directory.url(), pebble.caFile()).authority(certificates), "invalid.example.com");

            assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
            assertThat(failure)
                    .hasMessageContaining("issuing the certificate for invalid.example.com")
                    .hasMessageContaining("weak key (badCSR)");
        }
    }

    @Test
    void tellsWhenAnOverloadedAuthorityWantsToBeAskedAgain() throws Exception {
        try (FakeDirectory directory = FakeDirectory.before(pebble).overloaded(Duration.ofMinutes(5))) {
            OrderException failure =
                    failure(Orders.from(directory.url(), pebble.caFile()).authority(certificates), "busy.example.com");

            assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(failure).hasMessageContaining("HTTP 503");
            assertThat(failure.retryAfter()).isPresent();
        }
    }

    @Test
    void asksWhenToRenew() throws Exception {
        Instant start = Instant.parse("2026-12-01T00:00:00Z");
        try (FakeDirectory directory = FakeDirectory.before(pebble).renewalWindow(start, Duration.ofHours(12))) {
            AcmeAuthority authority =
                    Orders.from(directory.url(), pebble.caFile()).authority(certificates);

            Instant now = Instant.now();
            RenewalWindow window = authority.renewalWindow(issued.certificate()).orElseThrow();

            assertThat(window.start()).isEqualTo(start);
            assertThat(window.end()).isEqualTo(start.plus(Duration.ofHours(12)));
            assertThat(Duration.between(now, window.askAgain()))
                    .isBetween(Duration.ofHours(6), Duration.ofHours(6).plusSeconds(10));
            assertThat(directory.renewalPaths())
                    .containsExactly("/renewal/"
                            + AcmeAuthority.renewalId(issued.certificate()).orElseThrow());
            assertThatCode(() -> authority.order(List.of("renewed.example.com"), Optional.of(issued.certificate())))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void saysWhatItReplacesUnlessTheAuthorityWillNotHaveThat() throws Exception {
        try (FakeDirectory directory = FakeDirectory.before(pebble)
                .renewalWindow(Instant.EPOCH, Duration.ofHours(12))
                .refuseOrders()) {
            AcmeAuthority authority =
                    Orders.from(directory.url(), pebble.caFile()).authority(certificates);

            OrderException failure = catchThrowableOfType(
                    OrderException.class,
                    () -> authority.order(List.of("replaced.example.com"), Optional.of(issued.certificate())));

            assertThat(failure).hasMessageContaining("replaced before");
            String id = AcmeAuthority.renewalId(issued.certificate()).orElseThrow();
            assertThat(directory.orders()).hasSize(2);
            assertThat(directory.orders().getFirst()).contains("\"replaces\":\"" + id + "\"");
            assertThat(directory.orders().getLast()).doesNotContain("replaces");
        }
    }

    @Test
    void saysNothingAboutRenewalWhereTheAuthorityDoesNot() throws Exception {

        assertThat(Orders.from(pebble).authority(certificates).renewalWindow(issued.certificate()))
                .isEmpty();
    }

    private static OrderException failure(AcmeAuthority authority, String name) {
        return catchThrowableOfType(OrderException.class, () -> authority.order(List.of(name), Optional.empty()));
    }
}
