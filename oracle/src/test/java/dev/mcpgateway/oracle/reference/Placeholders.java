package dev.mcpgateway.oracle.reference;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values in angle brackets, which differ each time: an answer sets them, later requests send them. */
final class Placeholders {
    private static final Pattern NAME = Pattern.compile("<([a-z_0-9]+)>");

    private final Map<String, String> values = new HashMap<>();

    void set(String name, String value) {
        values.put(name, value);
    }

    /** The text with every placeholder replaced by its value. */
    String fill(String text) {
        return NAME.matcher(text).replaceAll(name -> {
            String value = values.get(name.group(1));
            assertThat(value).as("a value for <%s>", name.group(1)).isNotNull();
            return Matcher.quoteReplacement(value);
        });
    }

    /** Compares what came with what is written, and learns the values of its placeholders. */
    void learn(String where, String written, String actual) {
        List<String> names = new ArrayList<>();
        StringBuilder pattern = new StringBuilder();
        Matcher placeholder = NAME.matcher(written);
        int end = 0;
        while (placeholder.find()) {
            pattern.append(Pattern.quote(written.substring(end, placeholder.start())))
                    .append("(.+?)");
            names.add(placeholder.group(1));
            end = placeholder.end();
        }
        pattern.append(Pattern.quote(written.substring(end)));
        Matcher found = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(actual);
        assertThat(found.matches())
                .as("%s: written is '%s', but it is '%s'", where, written, actual)
                .isTrue();
        for (int i = 0; i < names.size(); i++) {
            set(names.get(i), found.group(i + 1));
        }
    }

    /** The same for JSON: both have the same members; order counts in arrays alone. */
    void learnJson(String where, String written, String actual) {
        learn(where, parse(written), parse(actual));
    }

    private void learn(String where, JsonValue written, JsonValue actual) {
        switch (written) {
            case JsonObject object -> {
                assertThat(actual).as(where).isInstanceOf(JsonObject.class);
                assertThat(actual.asJsonObject().keySet())
                        .as(where)
                        .containsExactlyInAnyOrderElementsOf(object.keySet());
                object.forEach((name, value) ->
                        learn(where + " " + name, value, actual.asJsonObject().get(name)));
            }
            case JsonArray array -> {
                assertThat(actual).as(where).isInstanceOf(JsonArray.class);
                assertThat(actual.asJsonArray()).as(where).hasSameSizeAs(array);
                for (int i = 0; i < array.size(); i++) {
                    learn(
                            where + "[" + i + "]",
                            array.get(i),
                            actual.asJsonArray().get(i));
                }
            }
            case JsonString text -> learn(where, text.getString(), text(actual));
            default -> assertThat(actual).as(where).isEqualTo(written);
        }
    }

    private static String text(JsonValue value) {
        return switch (value) {
            case JsonString string -> string.getString();
            case JsonNumber number -> number.toString();
            default -> value.toString();
        };
    }

    private static JsonValue parse(String json) {
        return Json.createReader(new StringReader(json)).readValue();
    }
}
