package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.entrypoint.ClientExchange;
import dev.mcpgateway.router.entrypoint.Handler;
import dev.mcpgateway.router.entrypoint.RefusedRequest;
import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.Preflight;
import dev.mcpgateway.router.upstream.HeaderList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Proves hosts by HTTP: answers what certificate authorities ask for below {@value #PREFIX}, whoever the host is, and
 * lets nothing below it through.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8555#section-8.3">RFC 8555, section 8.3</a>
 */
public final class Http01Challenges implements ChallengeAnswers, Preflight.Probes {
    private static final String PREFIX = "/.well-known/acme-challenge/";
    private static final String KIND = "http-01.";
    /** At least 128 random bits; in practice 256, which are 43 characters. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private static final HeaderList HEADERS =
            HeaderList.of("Content-Type", "application/octet-stream", "Cache-Control", "no-store");
    private static final HeaderList ALLOW = HeaderList.of("Allow", "GET, HEAD");

    private final ChallengeFolder folder;

    public Http01Challenges(ChallengeFolder folder) {
        this.folder = folder;
    }

    /** For both entry points: authorities follow redirects to HTTPS. */
    public Handler before(Handler next) {
        return new Handler() {
            @Override
            public void handle(ClientExchange exchange) throws IOException, RefusedRequest {
                if (exchange.target().path().startsWith(PREFIX)) {
                    answer(exchange);
                } else {
                    next.handle(exchange);
                }
            }

            @Override
            public void refused(String requestId, String remoteAddress, int status) {
                next.refused(requestId, remoteAddress, status);
            }
        };
    }

    @Override
    public Shown show(String domain, String token, String keyAuthorization) throws OrderException {
        if (!TOKEN.matcher(token).matches()) {
            throw new OrderException(
                    OrderException.Reason.REFUSED,
                    "The authority's challenge for %s has a token that is not one of ACME".formatted(domain),
                    Optional.empty(),
                    null);
        }
        return SharedAnswer.put(folder, KIND + token, keyAuthorization);
    }

    @Override
    public Preflight.Published publish(String token, String answer) throws IOException {
        folder.put(KIND + token, answer);
        return new SharedAnswer(folder, KIND + token)::close;
    }

    private void answer(ClientExchange exchange) throws IOException, RefusedRequest {
        exchange.addHeader("X-Request-Id", exchange.requestId());
        String method = exchange.target().method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw RefusedRequest.of(405, "method_not_allowed", "Challenges are read only", ALLOW);
        }
        Optional<String> keyAuthorization = find(exchange.target().path().substring(PREFIX.length()));
        if (keyAuthorization.isEmpty()) {
            throw RefusedRequest.of(404, "not_found", "No such challenge is pending here");
        }
        exchange.answer(200, HEADERS, keyAuthorization.get().getBytes(StandardCharsets.US_ASCII));
    }

    private Optional<String> find(String token) {
        return TOKEN.matcher(token).matches() ? folder.find(KIND + token) : Optional.empty();
    }
}
