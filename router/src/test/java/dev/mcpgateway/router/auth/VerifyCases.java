package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.ScriptedUpstream.Script;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The {@code answers} of the contract's case file; docs/contracts/verify.md explains the fields. */
final class VerifyCases {
    private static final Path FILE = Path.of("../docs/contracts/verify-cases.json");

    private VerifyCases() {}

    /** One case: what a verify service does, and what must come of it. */
    record Case(String description, JsonObject answer, JsonObject expect) {
        String behaviour() {
            return answer.getString("behaviour");
        }

        Script script() {
            return switch (behaviour()) {
                case "answer", "raw" ->
                    peer -> {
                        peer.readRequest();
                        peer.send(bytes());
                    };
                case "trickle" ->
                    peer -> {
                        peer.readRequest();
                        peer.send(answer.getString("raw"));
                        peer.drip();
                    };
                case "hang" ->
                    peer -> {
                        peer.readRequest();
                        peer.readToEnd();
                    };
                case "reset" ->
                    peer -> {
                        peer.readRequest();
                        peer.reset();
                    };
                default -> throw new IllegalArgumentException("No such behaviour: " + behaviour());
            };
        }

        HeaderList expectedHeaders(String field) {
            HeaderList.Builder headers = HeaderList.builder();
            for (JsonArray pair : expect.getJsonArray(field).getValuesAs(JsonArray.class)) {
                headers.add(pair.getString(0), pair.getString(1));
            }
            return headers.build();
        }

        Validity expectedValidity() {
            Instant expires =
                    expect.containsKey("expires") ? Instant.ofEpochSecond(expect.getInt("expires")) : Instant.MAX;
            List<String> subjects = expect.containsKey("subjects")
                    ? expect.getJsonArray("subjects").getValuesAs(JsonString::getString)
                    : List.of();
            return new Validity(Duration.ofSeconds(expect.getInt("max_age", 0)), expires, subjects);
        }

        String expectedBody() {
            return text(expect.get("body"));
        }

        private String bytes() {
            if (behaviour().equals("raw")) {
                return answer.getString("raw");
            }
            StringBuilder bytes = new StringBuilder("HTTP/1.1 " + answer.getInt("status") + " Scripted\r\n");
            for (JsonArray pair : answer.getJsonArray("headers").getValuesAs(JsonArray.class)) {
                bytes.append(pair.getString(0))
                        .append(": ")
                        .append(text(pair.get(1)))
                        .append("\r\n");
            }
            if (!answer.containsKey("body")) {
                return bytes.append("\r\n").toString();
            }
            String body = text(answer.get("body"));
            return bytes + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        }

        @Override
        public String toString() {
            return description;
        }
    }

    static List<Case> answers() throws IOException {
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(FILE))) {
            return reader.readObject().getJsonArray("answers").getValuesAs(JsonObject.class).stream()
                    .map(one -> new Case(
                            one.getString("description"), one.getJsonObject("answer"), one.getJsonObject("expect")))
                    .toList();
        }
    }

    private static String text(JsonValue value) {
        return switch (value) {
            case JsonString string -> string.getString();
            case JsonObject repeated -> repeated.getString("repeat").repeat(repeated.getInt("times"));
            default -> throw new IllegalArgumentException("Neither text nor a repetition: " + value);
        };
    }
}
