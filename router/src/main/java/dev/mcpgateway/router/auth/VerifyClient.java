package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import dev.mcpgateway.router.upstream.Upstream;
import dev.mcpgateway.router.upstream.UpstreamException;
import dev.mcpgateway.router.upstream.UpstreamRequest;
import dev.mcpgateway.router.upstream.UpstreamResponse;
import dev.mcpgateway.router.upstream.UpstreamTimeouts;
import dev.mcpgateway.router.upstream.Upstreams;
import dev.mcpgateway.settings.Secret;
import java.time.Duration;
import java.util.List;

/** Puts the question to the verify service and reads its answer, by {@code docs/contracts/verify.md}. Thread safe. */
public final class VerifyClient {
    /** The answer is there, to its last byte, within 5 s. */
    public static final UpstreamTimeouts TIMEOUTS = new UpstreamTimeouts(
            Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));

    /** The fields of an allowing answer that go upstream; nothing else of it does. */
    public static final List<String> IDENTITY_HEADERS =
            List.of("X-User-Id", "X-User-Name", "X-User-Email", "X-Client-Id", "X-Scope", "X-Identity-Assertion");

    /** The status of a refusal that says nothing about whether the request may pass. */
    static final int TOO_MANY = 429;

    static final String SECRET_HEADER = "Gateway-Verify-Secret";

    private static final String REQUIRED_HEADER = "X-User-Id";
    private static final List<String> OTHER_PASSED_HEADERS = List.of("Accept", "X-Request-Id", "traceparent");
    private static final List<String> RELAYED_HEADERS =
            List.of("WWW-Authenticate", "Retry-After", "Content-Type", "Cache-Control");
    private static final int MAX_BODY_BYTES = 64 * 1024;

    private final Upstreams upstreams;
    private final Upstream verify;
    private final Secret secret;

    /**
     * @param verify where {@code VERIFY_URL} points; its path is the target of the question
     * @param secret {@code VERIFY_SECRET}, by which the service knows that the forwarded fields are the router's
     */
    public VerifyClient(Upstreams upstreams, Upstream verify, Secret secret) {
        this.upstreams = upstreams;
        this.verify = verify;
        this.secret = secret;
    }

    /**
     * Asks about one request. An answer that the contract does not know is {@link Verdict.Unavailable}.
     *
     * @throws UpstreamException if there is no answer, or none that can be understood, in time
     */
    Verdict ask(VerifyRequest request) throws UpstreamException {
        long askedNanos = System.nanoTime();
        try (UpstreamResponse answer = upstreams.send(verify, question(request))) {
            boolean allows = answer.status() >= 200 && answer.status() < 300;
            return allows ? allow(answer, askedNanos) : refuse(answer);
        }
    }

    /** Begins to listen for what counts no more. */
    RevocationStream openRevocations(RevocationStream.Listener listener) {
        return RevocationStream.open(upstreams, verify, secret, listener);
    }

    /** How long an answer may be under way. */
    Duration longestAnswer() {
        return verify.timeouts().whole();
    }

    private UpstreamRequest question(VerifyRequest request) {
        HeaderList.Builder headers = HeaderList.builder()
                .add("Host", verify.authority())
                .add(SECRET_HEADER, secret.reveal())
                .add("X-Forwarded-Method", request.method())
                .add("X-Forwarded-Proto", request.scheme())
                .add("X-Forwarded-Host", request.host())
                .add("X-Forwarded-Uri", request.target())
                .add("X-Forwarded-For", request.remoteAddress())
                .addAll(request.headers()
                        .only(name ->
                                isOneOf(VerifyRequest.DECIDING_HEADERS, name) || isOneOf(OTHER_PASSED_HEADERS, name)));
        return new UpstreamRequest("GET", verify.path(), headers.build(), RequestBody.NONE, verify.timeouts());
    }

    private Verdict allow(UpstreamResponse answer, long askedNanos) throws UpstreamException {
        if (answer.readUpTo(MAX_BODY_BYTES + 1).length > 0) {
            return new Verdict.Unavailable("verify allowed with a body, which the contract forbids");
        }
        HeaderList identity = answer.headers().only(name -> isOneOf(IDENTITY_HEADERS, name));
        for (String name : IDENTITY_HEADERS) {
            if (identity.all(name).size() > 1) {
                return new Verdict.Unavailable("verify allowed with more than one " + name);
            }
        }
        if (identity.first(REQUIRED_HEADER).orElse("").isEmpty()) {
            return new Verdict.Unavailable("verify allowed without " + REQUIRED_HEADER);
        }
        return Validity.of(answer.headers(), askedNanos)
                .<Verdict>map(validity -> new Verdict.Allow(identity, validity))
                .orElseGet(() -> new Verdict.Unavailable("verify allowed without saying clearly for how long"));
    }

    private Verdict refuse(UpstreamResponse answer) throws UpstreamException {
        return switch (answer.status()) {
            case 401, 403, TOO_MANY -> deny(answer);
            default -> new Verdict.Unavailable("verify answered " + answer.status());
        };
    }

    private Verdict deny(UpstreamResponse answer) throws UpstreamException {
        byte[] body = answer.readUpTo(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            return new Verdict.Unavailable("verify answered more than " + MAX_BODY_BYTES + " bytes");
        }
        return new Verdict.Deny(answer.status(), answer.headers().only(name -> isOneOf(RELAYED_HEADERS, name)), body);
    }

    static boolean isOneOf(List<String> names, String name) {
        for (String candidate : names) {
            if (candidate.equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
