package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.HostPolicy;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Trust;
import dev.mcpgateway.doctor.web.Urls;
import dev.mcpgateway.doctor.web.Web;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The management listeners of oracle and router.
 *
 * @param token for {@code /admin}; empty if there is none
 */
public record Management(URI oracle, URI router, String token, Duration timeout) {
    private static final String QUICK_START = "quickstart.json";

    /**
     * As {@code ops/gateway} finds them: from the environment, or from the folder of a quick start; empty if neither.
     */
    public static Optional<Management> find(Path data, Map<String, String> environment, Duration timeout) {
        return find(data, environment, timeout, "");
    }

    /** As {@link #find}, or at the usual places. */
    public static Management findOrAssume(Path data, Map<String, String> environment, Duration timeout) {
        return find(data, environment, timeout, "http://127.0.0.1:9000").orElseThrow();
    }

    private static Optional<Management> find(
            Path data, Map<String, String> environment, Duration timeout, String otherwise) {
        Path file = data.resolve(QUICK_START);
        String oracle = environment.getOrDefault("ORACLE_MANAGEMENT_URL", "");
        String router = environment.getOrDefault("ROUTER_MANAGEMENT_URL", "http://127.0.0.1:9001");
        Path tokenFile = Path.of(environment.getOrDefault("ADMIN_TOKEN_FILE", ""));
        if (oracle.isEmpty() && Files.isReadable(file)) {
            JsonObject addresses = read(file);
            oracle = addresses.getString("oracle_management", "");
            router = addresses.getString("router_management", "");
            tokenFile = environment.containsKey("ADMIN_TOKEN_FILE") ? tokenFile : data.resolve("admin-token");
        }
        Optional<URI> oracleUri = Urls.parse(oracle.isEmpty() ? otherwise : oracle);
        Optional<URI> routerUri = Urls.parse(router);
        return oracleUri.isEmpty() || routerUri.isEmpty()
                ? Optional.empty()
                : Optional.of(new Management(oracleUri.get(), routerUri.get(), token(tokenFile), timeout));
    }

    private static JsonObject read(Path file) {
        try (Reader in = Files.newBufferedReader(file);
                JsonReader reader = Json.createReader(in)) {
            return reader.readObject();
        } catch (IOException | JsonException _) {
            return JsonObject.EMPTY_JSON_OBJECT; // as if there were no quick start
        }
    }

    private static String token(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file).strip() : "";
        } catch (IOException _) {
            return ""; // then /admin refuses, which is told
        }
    }

    /** The services that the oracle knows; empty if it does not tell. */
    public List<URI> services() {
        Answer answer = ask(oracle, "/admin/config");
        return answer.json()
                .filter(_ -> answer.status() == 200)
                .map(config -> config.get("services"))
                .filter(JsonArray.class::isInstance)
                .map(services -> services.asJsonArray().stream()
                        .flatMap(service -> service instanceof JsonObject object
                                        && object.get("resource") instanceof JsonString resource
                                ? Urls.parse(resource.getString()).stream()
                                : Stream.empty())
                        .toList())
                .orElse(List.of());
    }

    /** Asks one of them, with the token where it is needed. */
    Answer ask(URI listener, String path) {
        try (Web web = new Web(Trust.system(), HostPolicy.of(List.of(oracle, router), Resolver.SYSTEM), timeout)) {
            Map<String, String> headers =
                    path.startsWith("/admin") ? Map.of("Authorization", "Bearer " + token) : Map.of();
            return web.send("GET", Urls.at(listener, path), headers, "");
        }
    }

    @Override
    public String toString() {
        return "Management[%s, %s]".formatted(oracle, router);
    }
}
