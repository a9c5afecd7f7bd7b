package dev.mcpgateway.router.acme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URL;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.JSONBuilder;

/**
 * One request and its answer. Beyond what the library's own does, the answer is bounded in size and in time to its last
 * byte, storms of refused nonces are lived through, and a Retry-After that cannot be read counts as none.
 */
final class AcmeConnection extends DefaultConnection {
    /** Directories, orders and chains are below 20 KB. */
    private static final long MAX_ANSWER_BYTES = 1024 * 1024;

    /** Times the ten attempts of the library. */
    private static final int NONCE_ROUNDS = 4;

    private static final Duration MAX_RETRY_AFTER = Duration.ofDays(30);
    private static final String BAD_NONCE = "urn:ietf:params:acme:error:badNonce";

    private final Duration timeout;
    private final Clock clock;
    private final Consumer<Optional<Instant>> retryAfter;

    /** @param retryAfter told what every answer says about when to come again */
    AcmeConnection(HttpConnector connector, Duration timeout, Clock clock, Consumer<Optional<Instant>> retryAfter) {
        super(connector);
        this.timeout = timeout;
        this.clock = clock;
        this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Instant> getRetryAfter() {
        HttpResponse<InputStream> response = lastResponse;
        return response == null ? Optional.empty() : retryAfter(response.headers());
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body) throws IOException {
        HttpRequest.Builder request =
                httpConnector.createRequestBuilder(url).header("Accept-Language", session.getLanguageHeader());
        body.accept(request);
        HttpResponse<InputStream> response = send(request.build());
        lastResponse = response;
        retryAfter.accept(retryAfter(response.headers()));
    }

    @Override
    protected int sendSignedRequest(
            URL url, @Nullable JSONBuilder claims, Session session, KeyPair pair, @Nullable URL account, String accept)
            throws AcmeException {
        for (int round = 1; ; round++) {
            try {
                return super.sendSignedRequest(url, claims, session, pair, account, accept);
            } catch (AcmeServerException e) {
                if (round == NONCE_ROUNDS || !e.getType().toString().equals(BAD_NONCE)) {
                    throw e;
                }
                close();
            }
        }
    }

    /** The request's own time-out ends with the head of the answer, so the whole is watched here. */
    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<InputStream>> answer = httpClient.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(
                        _ -> HttpResponse.BodySubscribers.mapping(
                                HttpResponse.BodySubscribers.ofByteArray(), ByteArrayInputStream::new),
                        MAX_ANSWER_BYTES));
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw asCause(new HttpTimeoutException("no whole answer within " + timeout.toSeconds() + " s"), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw asCause(new InterruptedIOException("interrupted"), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    private static IOException asCause(IOException exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }

    /** By our own clock, whatever the server's says; at most {@link #MAX_RETRY_AFTER} ahead. */
    private Optional<Instant> retryAfter(HttpHeaders headers) {
        Instant now = clock.instant();
        return headers.firstValue("Retry-After")
                .flatMap(value -> value.matches("[0-9]{1,9}")
                        ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
                        : date(value).map(told -> Duration.between(serverTime(headers, now), told)))
                .map(wait -> now.plus(wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait));
    }

    private static Instant serverTime(HttpHeaders headers, Instant now) {
        return headers.firstValue("Date").flatMap(AcmeConnection::date).orElse(now);
    }

    private static Optional<Instant> date(String value) {
        try {
            return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException _) {
            return Optional.empty(); // as good as none
        }
    }
}
