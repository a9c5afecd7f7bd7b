package dev.mcpgateway.router.docker;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A JSON value. Numbers that are no 64-bit integer are nothing in particular, as are true, false and null. */
sealed interface Json {
    int MAX_DEPTH = 32;
    JsonReaderFactory READERS =
            jakarta.json.Json.createReaderFactory(Map.of("org.eclipse.parsson.maxDepth", MAX_DEPTH));

    record Members(Map<String, Json> byName) implements Json {
        public Members {
            byName = new LinkedHashMap<>(byName);
        }
    }

    record Items(List<Json> all) implements Json {
        public Items {
            all = List.copyOf(all);
        }
    }

    record Text(String value) implements Json {}

    record Whole(long value) implements Json {}

    record Other() implements Json {}

    /**
     * Reads a whole document, less than {@value #MAX_DEPTH} levels deep.
     *
     * @throws IOException if it is none
     */
    static Json parse(String document) throws IOException {
        try (JsonReader reader = READERS.createReader(new StringReader(document))) {
            return of(reader.readValue());
        } catch (RuntimeException _) { // of several kinds; their messages may repeat what was read
            throw new IOException("is not JSON, or nests %d levels deep".formatted(MAX_DEPTH));
        }
    }

    private static Json of(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                Map<String, Json> members = new LinkedHashMap<>();
                object.forEach((name, member) -> members.put(name, of(member)));
                yield new Members(members);
            }
            case JsonArray array -> new Items(array.stream().map(Json::of).toList());
            case JsonString string -> new Text(string.getString());
            case JsonNumber number
            when number.isIntegral() && number.bigIntegerValue().bitLength() < Long.SIZE ->
                new Whole(number.longValue());
            default -> new Other();
        };
    }

    /** The member of that name; nothing in particular if there is none. */
    default Json get(String name) {
        return this instanceof Members(var byName) ? byName.getOrDefault(name, new Other()) : new Other();
    }

    default Optional<String> text() {
        return this instanceof Text(var value) ? Optional.of(value) : Optional.empty();
    }

    /** The items of an array, none for anything else. */
    default Stream<Json> items() {
        return this instanceof Items(var all) ? all.stream() : Stream.empty();
    }

    /** The members of an object, none for anything else. */
    default Map<String, Json> members() {
        return this instanceof Members(var byName) ? byName : Map.of();
    }
}
