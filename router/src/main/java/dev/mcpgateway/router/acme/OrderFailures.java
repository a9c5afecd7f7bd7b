package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeNotSupportedException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * Says for an operator what went wrong with an order. What the authority said is shown without control characters, at
 * most {@value #MAX_CHARACTERS} characters of it, and without anything as long as a token or a key.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8555#section-6.7">RFC 8555, section 6.7</a>
 */
final class OrderFailures {
    private static final int MAX_CHARACTERS = 500;
    private static final Pattern LONG_AS_A_TOKEN = Pattern.compile("[A-Za-z0-9_-]{28,}");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^\\x20-\\x7E]+");
    private static final String ERROR = "urn:ietf:params:acme:error:";

    /** What to do about a problem, by its type. */
    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("dns", "Check that the DNS has a record of this name that leads here"),
            Map.entry(
                    "connection",
                    "The authority must reach this host from the Internet: port 80 for http-01, 443 for tls-alpn-01"),
            Map.entry("tls", "Something else may answer on port 443 of this host"),
            Map.entry("caa", "The CAA record of the domain must name this authority"),
            Map.entry("incorrectResponse", "Something else may answer for this host"),
            Map.entry("rejectedIdentifier", "The authority does not certify this name; no other try will help"),
            Map.entry("unsupportedIdentifier", "The authority does not certify names of this kind"),
            Map.entry(
                    "externalAccountRequired",
                    "Set ACME_EAB_KID and ACME_EAB_HMAC_KEY, which the authority gives to those who have an account there"),
            Map.entry("invalidContact", "Check ACME_EMAIL"),
            Map.entry("unsupportedContact", "Check ACME_EMAIL"),
            Map.entry("invalidProfile", "Check ACME_PROFILE"),
            Map.entry("badNonce", "The authority refuses its own nonces; it may be overloaded"),
            Map.entry("serverInternal", "The authority has a problem of its own"));

    private final String authority;

    /** @param authority its host, for messages */
    OrderFailures(String authority) {
        this.authority = authority;
    }

    /**
     * What a failed request means.
     *
     * @param doing the request, in words that fit behind "when"
     * @param retryAfter what the answer said, if it did
     */
    OrderException of(String doing, Exception failure, Optional<Instant> retryAfter) {
        return switch (failure) {
            case AcmeRateLimitedException e ->
                new OrderException(Reason.RATE_LIMITED, refused(doing, e.getProblem()), retryAfter, e);
            case AcmeUserActionRequiredException e ->
                new OrderException(Reason.REFUSED, actionRequired(doing, e), retryAfter, e);
            case AcmeServerException e ->
                new OrderException(reason(e.getProblem()), refused(doing, e.getProblem()), retryAfter, e);
            case AcmeNetworkException e -> new OrderException(Reason.UNREACHABLE, network(doing, e), retryAfter, e);
            case AcmeLazyLoadingException e
            when e.getCause() instanceof Exception cause -> of(doing, cause, retryAfter);
            case AcmeNotSupportedException e ->
                new OrderException(
                        Reason.REFUSED,
                        "%s does not offer what was asked for when %s (%s). Check ACME_DIRECTORY and ACME_PROFILE"
                                .formatted(authority, doing, plain(e.getMessage())),
                        retryAfter,
                        e);
            case AcmeException e ->
                new OrderException(
                        Reason.UNREACHABLE,
                        "%s failed when %s: %s".formatted(authority, doing, plain(e.getMessage())),
                        retryAfter,
                        e);
            default ->
                new OrderException(
                        Reason.UNREACHABLE,
                        "%s answered something that is not ACME when %s (%s). Check ACME_DIRECTORY"
                                .formatted(authority, doing, plain(failure.getMessage())),
                        retryAfter,
                        failure);
        };
    }

    /** The authority looked at a host and did not find what it should. */
    OrderException notProven(String domain, AcmeSettings.ChallengeType challenge, List<Problem> problems) {
        String found = problems.isEmpty()
                ? "it did not say why"
                : problems.stream().map(OrderFailures::words).collect(Collectors.joining("; "));
        return new OrderException(
                Reason.NOT_PROVEN,
                ("%s could not confirm by %s that %s is this gateway: %s. If no other cause is named, something else may"
                                + " answer for this name, or an old DNS record lead elsewhere")
                        .formatted(authority, challenge.type(), domain, found),
                Optional.empty(),
                null);
    }

    OrderException refused(String message) {
        return new OrderException(Reason.REFUSED, authority + " " + message, Optional.empty(), null);
    }

    OrderException late(String doing, Optional<Instant> retryAfter) {
        return new OrderException(
                Reason.UNREACHABLE,
                "%s was not done within ACME_ORDER_TIMEOUT when %s".formatted(authority, doing),
                retryAfter,
                null);
    }

    /** One line of visible ASCII, without what could be a token or a key. */
    static String plain(@Nullable String text) {
        if (text == null) {
            return "no reason given";
        }
        String line = NOT_PLAIN.matcher(text).replaceAll(" ").strip();
        String harmless = LONG_AS_A_TOKEN.matcher(line).replaceAll("...");
        return harmless.length() > MAX_CHARACTERS ? harmless.substring(0, MAX_CHARACTERS) + "..." : harmless;
    }

    static String shortly(Exception e) {
        return plain(e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    /** The last part of a problem's type, such as {@code rateLimited}. */
    static String type(Problem problem) {
        String type = problem.asJSON().get("type").map(JSON.Value::asString).orElse("no type");
        return type.startsWith(ERROR) ? type.substring(ERROR.length()) : plain(type);
    }

    private String refused(String doing, Problem problem) {
        return "%s refused when %s: %s".formatted(authority, doing, words(problem));
    }

    private String actionRequired(String doing, AcmeUserActionRequiredException e) {
        String where = Stream.of(e.getProblem().getInstance(), e.getTermsOfServiceUri())
                .flatMap(Optional::stream)
                .map(uri -> plain(uri.toString()))
                .distinct()
                .collect(Collectors.joining(" and "));
        return refused(doing, e.getProblem())
                + (where.isEmpty() ? "" : ". Its terms may have changed: read and agree at " + where);
    }

    private String network(String doing, AcmeNetworkException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String why = switch (cause) {
            case HttpTimeoutException _ -> "it did not answer within ACME_REQUEST_TIMEOUT";
            case UnknownHostException _ -> "the DNS does not know it";
            case ConnectException e when causedBy(e, UnresolvedAddressException.class) -> "the DNS does not know it";
            case ConnectException _ -> "nothing answers there";
            case SSLHandshakeException e
            when causedBy(e, java.security.cert.CertificateException.class) ->
                "its own certificate is not trusted (%s). ACME_CA_FILE names whom to trust instead"
                        .formatted(plain(e.getMessage()));
            case SSLException e -> "TLS failed (%s)".formatted(plain(e.getMessage()));
            default -> plain(cause instanceof IOException e ? shortly(e) : cause.getMessage());
        };
        return "%s cannot be asked when %s: %s".formatted(authority, doing, why);
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static Reason reason(Problem problem) {
        return switch (type(problem)) {
            case "badNonce", "serverInternal" -> Reason.UNREACHABLE;
            case "rateLimited" -> Reason.RATE_LIMITED;
            case "dns", "connection", "tls", "caa", "incorrectResponse" -> Reason.NOT_PROVEN;
            default -> Reason.REFUSED;
        };
    }

    private static String words(Problem problem) {
        String type = type(problem);
        String detail = plain(problem.getDetail().or(problem::getTitle).orElse("no reason given"));
        String parts = problem.getSubProblems().stream()
                .map(sub ->
                        sub.getIdentifier().map(name -> name.getValue() + ": ").orElse("") + words(sub))
                .collect(Collectors.joining("; "));
        String advice = ADVICE.getOrDefault(type, "");
        return "%s (%s)%s%s"
                .formatted(
                        detail,
                        plain(type),
                        parts.isEmpty() ? "" : " [" + parts + "]",
                        advice.isEmpty() ? "" : ". " + advice);
    }
}
