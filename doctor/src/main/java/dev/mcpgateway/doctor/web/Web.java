package dev.mcpgateway.doctor.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** HTTP within bounds: each request has one time-out for all of it, each answer a greatest size. No cookies. */
public final class Web implements AutoCloseable {
    static final int MAX_BODY_BYTES = 512 * 1024;

    private static final int MAX_REDIRECTS = 3;

    private final HttpClient client;
    private final HostPolicy policy;
    private final Duration timeout;

    /** @param timeout of a request, its answer included */
    public Web(Trust trust, HostPolicy policy, Duration timeout) {
        this.policy = policy;
        this.timeout = timeout;
        client = HttpClient.newBuilder()
                .sslContext(trust.context())
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** Asks for a document and follows redirects within its origin, as the official SDKs of MCP do. */
    public Answer document(URI uri, Map<String, String> headers) {
        URI next = uri;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            Answer answer = send("GET", next, headers, "");
            Optional<URI> target = answer.isRedirect() ? target(next, answer) : Optional.empty();
            if (target.isEmpty()) {
                return answer;
            }
            if (!Urls.isSameOrigin(uri, target.get())) {
                return answer;
            }
            next = target.get();
        }
        return Answer.none(uri, "redirects more than %d times".formatted(MAX_REDIRECTS));
    }

    private static Optional<URI> target(URI from, Answer answer) {
        try {
            return answer.header("Location").map(from::resolve);
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // leads nowhere; the answer is shown as it is
        }
    }

    public Answer postForm(URI uri, Map<String, String> fields) {
        return send(
                "POST",
                uri,
                Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"),
                Urls.form(fields));
    }

    /** Sends one request; redirects are not followed. */
    public Answer send(String method, URI uri, Map<String, String> headers, String body) {
        Optional<String> refusal = policy.refusal(uri);
        return refusal.isPresent() ? Answer.none(uri, refusal.get()) : ask(method, uri, headers, body);
    }

    /** Over plain HTTP, where the only question is how that is refused. Carries nothing. */
    public Answer askInClear(URI uri) {
        return ask("GET", uri, Map.of(), "");
    }

    private Answer ask(String method, URI uri, Map<String, String> headers, String body) {
        BodyHandler<String> handler = BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BODY_BYTES);
        return switch (exchange(method, uri, headers, body, handler)) {
            case Outcome.Answered<String>(var response) ->
                new Answer(uri, response.statusCode(), response.headers(), response.body(), "");
            case Outcome.Failed<String>(var words) -> Answer.none(uri, words);
        };
    }

    /** An answer, of which the body is still to be read and to be closed, or why there is none. */
    public Outcome<InputStream> open(String method, URI uri, Map<String, String> headers, String body) {
        Optional<String> refusal = policy.refusal(uri);
        return refusal.isPresent()
                ? new Outcome.Failed<>(refusal.get())
                : exchange(method, uri, headers, body, BodyHandlers.ofInputStream());
    }

    /** How a request ended. */
    public sealed interface Outcome<T> {
        record Answered<T>(HttpResponse<T> response) implements Outcome<T> {}

        record Failed<T>(String words) implements Outcome<T> {}
    }

    private static HttpRequest request(String method, URI uri, Map<String, String> headers, String body) {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, publisher);
        request.setHeader("User-Agent", "mcp-gateway-doctor");
        headers.forEach(request::setHeader);
        return request.build();
    }

    private <T> Outcome<T> exchange(
            String method, URI uri, Map<String, String> headers, String body, BodyHandler<T> handler) {
        CompletableFuture<HttpResponse<T>> response;
        try {
            response = client.sendAsync(request(method, uri, headers, body), handler);
        } catch (IllegalArgumentException _) {
            // The message has the header's value in it, which may be a token.
            return new Outcome.Failed<>("not asked: the URL or a header has characters or numbers that HTTP forbids");
        }
        try {
            return new Outcome.Answered<>(response.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException _) {
            response.cancel(true);
            return new Outcome.Failed<>("no answer in %d s".formatted(timeout.toSeconds()));
        } catch (ExecutionException e) {
            return new Outcome.Failed<>(words(e.getCause() == null ? e : e.getCause()));
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Why a connection or an answer failed, for a person. */
    static String words(Throwable failure) {
        return switch (failure) {
            case SSLException e
            when String.valueOf(e.getMessage()).contains("PKIX") -> "no TLS connection: the certificate is not trusted";
            case SSLException e -> "no TLS connection: " + e.getMessage();
            case HttpConnectTimeoutException _ -> "no connection in time: something drops the packets";
            case UnknownHostException _ -> "the host name has no address";
            case ConnectException e
            when e.getCause() instanceof UnknownHostException
                    || e.getCause() instanceof java.nio.channels.UnresolvedAddressException ->
                "the host name has no address";
            case ConnectException _ -> "connection refused";
            case IOException e
            when String.valueOf(e.getMessage()).contains("capacity") ->
                "the answer is larger than %d KiB".formatted(MAX_BODY_BYTES / 1024);
            case IOException e -> "the connection broke off: " + e.getMessage();
            default -> "no answer: " + failure.getMessage();
        };
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
