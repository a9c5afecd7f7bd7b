package dev.mcpgateway.doctor.discovery;

import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A metadata document, or what is in its place.
 *
 * @param uri where it was looked for
 * @param json null where there is none that a client would accept
 */
public record Document(URI uri, Answer answer, @Nullable JsonObject json) {
    static Document of(URI uri, Answer answer) {
        return new Document(uri, answer, answer.status() == 200 ? answer.json().orElse(null) : null);
    }

    public boolean isThere() {
        return json != null;
    }

    /** The member of this name, if it is a text. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(json).map(object -> object.get(name)).flatMap(Document::text);
    }

    private static Optional<String> text(JsonValue value) {
        return value instanceof JsonString string ? Optional.of(string.getString()) : Optional.empty();
    }

    /** The member of this name, if it is a URL that can be asked. */
    public Optional<URI> url(String name) {
        return text(name).flatMap(Urls::parse);
    }

    /** The texts in the array of this name; empty where there is none. */
    public List<String> list(String name) {
        return json != null && json.get(name) instanceof JsonArray array
                ? array.stream().flatMap(value -> text(value).stream()).toList()
                : List.of();
    }

    public boolean has(String name) {
        return json != null && json.containsKey(name);
    }

    public boolean isTrue(String name) {
        return json != null && JsonValue.TRUE.equals(json.get(name));
    }
}
