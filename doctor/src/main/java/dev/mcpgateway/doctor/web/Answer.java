package dev.mcpgateway.doctor.web;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a server answered, or why there is no answer.
 *
 * @param uri what was asked last, after redirects
 * @param status 0 where there is no answer
 * @param failure why there is none; empty where there is one
 */
public record Answer(URI uri, int status, HttpHeaders headers, String body, String failure) {
    static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (_, _) -> true);

    /** There is none. */
    public static Answer none(URI uri, String failure) {
        return new Answer(uri, 0, NO_HEADERS, "", failure);
    }

    public boolean isAnswered() {
        return failure.isEmpty();
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** The media type without its parameters, in lower case; empty if there is none. */
    public String contentType() {
        return header("Content-Type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    public boolean isRedirect() {
        return status >= 300 && status < 400 && header("Location").isPresent();
    }

    /** The body, if it is a JSON object. */
    public Optional<JsonObject> json() {
        try (JsonReader reader = Json.createReader(new StringReader(body))) {
            return Optional.of(reader.readObject());
        } catch (JsonException _) {
            return Optional.empty(); // something else
        } catch (RuntimeException e) {
            if (String.valueOf(e.getMessage()).contains("nested")) {
                return Optional.empty(); // deeper than Parsson reads, which it tells so
            }
            throw e;
        }
    }

    /** In a few words, such as {@code 404 (text/html)} or {@code no answer: connection refused}. */
    public String words() {
        if (!isAnswered()) {
            return failure;
        }
        String type = contentType().isEmpty() ? "without content" : contentType();
        return isRedirect()
                ? "%d, a redirect to %s".formatted(status, header("Location").orElseThrow())
                : "%d (%s)".formatted(status, type);
    }
}
