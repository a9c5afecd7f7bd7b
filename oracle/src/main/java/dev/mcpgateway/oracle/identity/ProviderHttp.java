package dev.mcpgateway.oracle.identity;

import dev.mcpgateway.oracle.identity.SignInException.Reason;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import jakarta.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Questions to an identity provider, each bounded: in time as a whole, in what is read, in how many are asked at once.
 * No redirect is followed. Whatever goes wrong means that the provider cannot be asked; what was sent, and what came
 * back, is in no message. Thread-safe.
 */
final class ProviderHttp {
    private static final int MAX_BODY_BYTES = 65_536;
    private static final int MAX_AT_ONCE = 64;
    private static final String USER_AGENT = "mcp-oauth-gateway";

    private final String provider;
    private final Duration timeout;
    private final HttpClient client;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);

    /**
     * A client for one provider.
     *
     * @param provider its name, for messages
     * @param timeout of each question, from connecting to the last byte of the answer
     */
    ProviderHttp(String provider, Duration timeout) {
        this.provider = provider;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** What was answered, good or bad. */
    final class Answer {
        private final int status;
        private final HttpHeaders headers;
        private final String body;

        private Answer(int status, HttpHeaders headers, String body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        int status() {
            return status;
        }

        /** The first header of this name. */
        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        /** {@code Retry-After} in seconds; empty if there is none, or it is a date. */
        Optional<Duration> retryAfter() {
            return header("Retry-After")
                    .filter(text -> text.matches("[0-9]{1,9}"))
                    .map(text -> Duration.ofSeconds(Long.parseLong(text)));
        }

        JsonObject json() throws SignInException {
            try {
                return Json.parseObject(body, OAuthError.SERVER_ERROR);
            } catch (OAuthException _) { // it would say more of the body than is needed
                throw unavailable("answered something that is not a JSON object");
            }
        }
    }

    /** A path below a base URL, which may end in a slash. */
    static URI endpoint(URI base, String pathAndQuery) {
        return URI.create(base.toString().replaceAll("/+$", "") + pathAndQuery);
    }

    /** Parameters as a form body or query. */
    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** @throws SignInException UNAVAILABLE if there is no answer within the bounds */
    Answer ask(HttpRequest.Builder question) throws SignInException {
        if (!free.tryAcquire()) {
            throw unavailable("is being asked too often at once");
        }
        try {
            return exchange(question.header("User-Agent", USER_AGENT).build());
        } finally {
            free.release();
        }
    }

    SignInException unavailable(String what) {
        return new SignInException(Reason.UNAVAILABLE, provider + " " + what);
    }

    private Answer exchange(HttpRequest question) throws SignInException {
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                question, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_BODY_BYTES));
        try {
            HttpResponse<String> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException _) { // there is nothing more to say
            answer.cancel(true);
            throw unavailable("did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unavailable("could not be asked (" + cause.getClass().getSimpleName() + ")");
        } catch (InterruptedException _) { // the oracle is stopping
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for");
        }
    }
}
