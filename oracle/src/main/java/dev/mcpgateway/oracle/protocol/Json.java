package dev.mcpgateway.oracle.protocol;

import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerRequest;
import jakarta.json.JsonConfig;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonStructure;
import java.io.StringReader;
import java.util.Map;

/** Strict JSON: at most 64 KB, 16 levels deep, numbers of sane size, and no member twice. */
public final class Json {
    private static final int MAX_DEPTH = 16;
    private static final JsonReaderFactory READERS = jakarta.json.Json.createReaderFactory(Map.of(
            JsonConfig.KEY_STRATEGY,
            JsonConfig.KeyStrategy.NONE,
            "org.eclipse.parsson.maxDepth",
            MAX_DEPTH,
            "org.eclipse.parsson.maxBigDecimalLength",
            100,
            "org.eclipse.parsson.maxBigIntegerScale",
            100));

    private Json() {}

    /** The object in the request's body, which must be declared as {@code application/json}. */
    public static JsonObject ofBody(ServerRequest request, OAuthError refusal) {
        boolean json = request.headers()
                .contentType()
                .map(HttpMediaType::mediaType)
                .filter(type -> type.text().equalsIgnoreCase("application/json"))
                .isPresent();
        if (!json) {
            throw new OAuthException(refusal, "the body must be sent as application/json");
        }
        return parseObject(Body.text(request, refusal), refusal);
    }

    /** @throws OAuthException with this error if the text is not one JSON object within the bounds */
    public static JsonObject parseObject(String text, OAuthError refusal) {
        if (text.length() > Body.MAX_BYTES) {
            throw new OAuthException(refusal, "the JSON is larger than 65536 characters");
        }
        try (JsonReader reader = READERS.createReader(new StringReader(text))) {
            JsonStructure value = reader.read();
            if (value instanceof JsonObject object) {
                return object;
            }
        } catch (RuntimeException _) { // of any kind, also bare ones; their messages would repeat hostile input
            throw new OAuthException(refusal, "the JSON is malformed, nested too deeply, or holds a member twice");
        }
        throw new OAuthException(refusal, "the JSON must be an object");
    }
}
