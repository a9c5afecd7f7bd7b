package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.TestAuthority;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Issues at once, or fails as it is told. */
final class ScriptedAuthority implements CertificateAuthority {
    final List<String> orders = new CopyOnWriteArrayList<>();
    final List<Instant> orderedAt = new CopyOnWriteArrayList<>();
    final List<Optional<X509Certificate>> replaced = new CopyOnWriteArrayList<>();
    final List<Instant> asked = new CopyOnWriteArrayList<>();
    volatile Duration lifetime = Duration.ofDays(90);
    volatile @Nullable OrderException failure;
    volatile Optional<RenewalWindow> window = Optional.empty();
    volatile Runnable during = () -> {};
    private final Clock clock;

    ScriptedAuthority(Clock clock) {
        this.clock = clock;
    }

    void fail(Reason reason, Optional<Instant> retryAfter) {
        failure = new OrderException(reason, "scripted " + reason, retryAfter, null);
    }

    @Override
    public Credential order(List<String> names, Optional<X509Certificate> before) throws OrderException {
        orders.add(names.getFirst());
        orderedAt.add(clock.instant());
        replaced.add(before);
        during.run();
        OrderException failing = failure;
        if (failing != null) {
            throw failing;
        }
        return TestAuthority.issue(names, clock.instant(), lifetime);
    }

    @Override
    public Optional<RenewalWindow> renewalWindow(X509Certificate certificate) throws OrderException {
        asked.add(clock.instant());
        OrderException failing = failure;
        if (failing != null) {
            throw failing;
        }
        return window;
    }
}
