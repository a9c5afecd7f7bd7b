package dev.mcpgateway.demo;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Locale;

/**
 * {@code whoami}: shows for whom the gateway let the request through. A header that some servers would take for one of
 * the identity headers, such as {@code X_User_Id}, is shown under the name it came with: behind a gateway there is
 * none.
 */
final class WhoamiTool implements Tool {
    private static final List<String> IDENTITY_HEADERS =
            List.of("X-User-Id", "X-User-Name", "X-User-Email", "X-Client-Id", "X-Scope");

    @Override
    public String name() {
        return "whoami";
    }

    @Override
    public String description() {
        return "Shows the identity headers that the server received, each with its list of values,"
                + " and whether an Authorization header arrived.";
    }

    @Override
    public JsonObject inputSchema() {
        return Json.createObjectBuilder()
                .add("type", "object")
                .add("properties", JsonObject.EMPTY_JSON_OBJECT)
                .build();
    }

    @Override
    public JsonObject call(JsonObject arguments, Headers headers, RunningCall call) {
        JsonObjectBuilder identity = Json.createObjectBuilder();
        for (Header header : headers) {
            for (String name : IDENTITY_HEADERS) {
                if (canonical(header.name()).equals(canonical(name))) {
                    identity.add(header.name().equalsIgnoreCase(name) ? name : header.name(), values(header));
                }
            }
        }
        JsonObject seen = Json.createObjectBuilder()
                .add("headers", identity)
                .add("authorizationHeader", headers.contains(HeaderNames.AUTHORIZATION))
                .build();
        return Tools.result(seen.toString()).add("structuredContent", seen).build();
    }

    private static JsonArrayBuilder values(Header header) {
        return Json.createArrayBuilder(header.allValues());
    }

    private static String canonical(String headerName) {
        return headerName.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
    }
}
