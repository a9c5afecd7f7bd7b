package dev.mcpgateway.router.observe;

import static dev.mcpgateway.router.entrypoint.JsonText.quote;

import dev.mcpgateway.router.certificate.CertificateDescription;
import dev.mcpgateway.router.certificate.CertificateDescription.Source;
import dev.mcpgateway.router.certificate.CertificateStore;
import dev.mcpgateway.router.entrypoint.JsonText;
import dev.mcpgateway.router.observe.StatusPage.CertificateRow;
import dev.mcpgateway.router.renewal.CertificateRenewal;
import dev.mcpgateway.router.renewal.RenewalAnswer;
import dev.mcpgateway.router.renewal.RenewalStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What clients are shown, host by host, and how orders go.
 *
 * @param renewal empty if none are ordered
 */
public record CertificateReport(CertificateStore store, Optional<CertificateRenewal> renewal) {
    /** Adds what is to be watched of certificates. */
    public void count(Metrics metrics) {
        metrics.gauge(
                "gateway_router_certificate_expires_timestamp_seconds",
                "When the certificate expires that clients of a host are shown",
                "host",
                this::expiries);
        metrics.gauge(
                        "gateway_router_certificates_missing",
                        "Certificates that are to be ordered and are not there, or have expired",
                        () -> counted(CertificateRenewal::missing))
                .counter(
                        "gateway_router_certificate_orders_total",
                        "Certificates that this router has ordered, whatever came of it",
                        () -> counted(CertificateRenewal::ordersMade))
                .counter(
                        "gateway_router_certificate_order_failures_total",
                        "Orders of this router that failed",
                        () -> counted(CertificateRenewal::ordersFailed));
    }

    private double counted(ToDoubleFunction<CertificateRenewal> count) {
        return renewal.map(orders -> count.applyAsDouble(orders)).orElse(0.0);
    }

    /** Orders one now, which takes minutes. */
    RenewalAnswer renew(String host) {
        return renewal.map(orders -> orders.renew(host))
                .orElseGet(() -> new RenewalAnswer(
                        false, "No certificates are ordered here: set ACME_EMAIL and ACME_ACCEPT_TERMS to have them"));
    }

    List<String> problems() {
        return store.problems();
    }

    List<CertificateRow> rows(Instant now) {
        Map<String, RenewalStatus> orders = orders();
        return store.describe().stream()
                .map(one -> new CertificateRow(
                        one.host(),
                        one.source().toString(),
                        one.issuer(),
                        one.expires().truncatedTo(ChronoUnit.SECONDS).toString(),
                        Duration.between(now, one.expires()).toDays(),
                        one.expires().isAfter(now),
                        next(one, orders.get(one.host()), now)))
                .toList();
    }

    /** All of it. */
    String json() {
        Map<String, RenewalStatus> orders = orders();
        String certificates = store.describe().stream()
                .map(one -> json(one, orders.get(one.host())))
                .collect(Collectors.joining(",\n", "[", "]"));
        return "{\"certificates\":%s,\"problems\":%s,\"ordering_router\":%s}"
                .formatted(
                        certificates,
                        problems().stream().map(JsonText::quote).collect(Collectors.joining(",", "[", "]")),
                        string(renewal.flatMap(CertificateRenewal::leaseHolder).orElse(null)));
    }

    private String json(CertificateDescription one, @Nullable RenewalStatus order) {
        return "{\"host\":%s,\"source\":%s,\"issuer\":%s,\"expires\":%s,\"next_order\":%s,\"problem\":%s,\"problem_at\":%s,\"last_success\":%s}"
                .formatted(
                        quote(one.host()),
                        quote(one.source().toString()),
                        quote(one.issuer()),
                        time(one.expires()),
                        time(order == null ? null : order.nextAttempt()),
                        string(order == null || order.problem().isEmpty() ? local(one) : order.problem()),
                        time(order == null ? null : order.problemAt()),
                        time(order == null ? null : order.lastSuccess()));
    }

    /** Why a host has a local certificate for good; null if it has not. */
    private @Nullable String local(CertificateDescription one) {
        return one.source() == Source.LOCAL
                ? renewal.map(CertificateRenewal::localHosts)
                        .map(local -> local.get(one.host()))
                        .orElse(null)
                : null;
    }

    private String next(CertificateDescription one, @Nullable RenewalStatus order, Instant now) {
        if (one.source() == Source.OWN) {
            return "replace its file in time";
        }
        if (renewal.isEmpty()) {
            return "made anew by itself; a public one is ordered with ACME_EMAIL";
        }
        return order == null
                ? "made anew by itself; " + Objects.requireNonNullElse(local(one), "it is not ordered")
                : words(order, now);
    }

    private static String words(RenewalStatus order, Instant now) {
        String when = Optional.ofNullable(order.nextAttempt())
                .filter(next -> next.isAfter(now))
                .map(next -> "ordered at " + next.truncatedTo(ChronoUnit.SECONDS))
                .orElse(order.expires() == null ? "being ordered" : "due");
        return order.problem().isEmpty() ? when : "%s; last time: %s".formatted(when, order.problem());
    }

    /** By host, and by the certificate's own name. */
    private Map<String, RenewalStatus> orders() {
        Map<String, RenewalStatus> byHost = new HashMap<>();
        for (RenewalStatus order : renewal.map(CertificateRenewal::status).orElse(List.of())) {
            order.hosts().forEach(host -> byHost.put(host, order));
            byHost.put(order.name(), order);
        }
        return byHost;
    }

    private Map<String, Double> expiries() {
        Map<String, Double> expiries = new TreeMap<>();
        store.describe()
                .forEach(one -> expiries.put(one.host(), (double) one.expires().getEpochSecond()));
        return expiries;
    }

    private static String string(@Nullable String value) {
        return value == null ? "null" : quote(value);
    }

    private static String time(@Nullable Instant time) {
        return string(time == null ? null : time.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
