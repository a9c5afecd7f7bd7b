package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code gateway.yaml} says about clients, with the files that it names. */
final class ClientEntries {
    private static final int MIN_SECRET_LENGTH = 32;
    private static final long MAX_FILE_BYTES = 65_536;

    private final Settings settings;
    private final boolean rotateStrictly;

    private ClientEntries(Settings settings, boolean rotateStrictly) {
        this.settings = settings;
        this.rotateStrictly = rotateStrictly;
    }

    /** @param rotateStrictly for those who say nothing about it */
    static List<ConfiguredClient> read(Settings settings, boolean rotateStrictly) {
        ClientEntries entries = new ClientEntries(settings, rotateStrictly);
        return settings.file().clients().stream().map(entries::read).toList();
    }

    private ConfiguredClient read(GatewayFile.Client client) {
        Secret secret = secret(client).orElse(null);
        JsonObject jwks = jwks(client).orElse(null);
        if (secret != null && jwks != null) {
            report(client, "has secret_file and jwks_file; it authenticates in one way");
        }
        String rotation = client.rotation();
        if (rotation != null && !List.of("strict", "grace").contains(rotation)) {
            report(client, "rotation must be strict or grace");
        }
        return new ConfiguredClient(
                client.id(),
                metadata(client, secret, jwks).toString(),
                secret,
                rotation == null ? rotateStrictly : rotation.equals("strict"));
    }

    private static JsonObject metadata(GatewayFile.Client client, @Nullable Secret secret, @Nullable JsonObject jwks) {
        JsonObjectBuilder metadata =
                Json.createObjectBuilder().add("client_name", client.name() == null ? client.id() : client.name());
        if (jwks != null) {
            metadata.add("token_endpoint_auth_method", "private_key_jwt").add("jwks", jwks);
        } else {
            metadata.add("token_endpoint_auth_method", secret == null ? "none" : "client_secret_basic");
        }
        if (client.redirectUris() != null) {
            metadata.add("redirect_uris", Json.createArrayBuilder(client.redirectUris()));
        }
        if (client.grantTypes() != null) {
            metadata.add("grant_types", Json.createArrayBuilder(client.grantTypes()));
        }
        return metadata.build();
    }

    private Optional<Secret> secret(GatewayFile.Client client) {
        Optional<String> text = read(client, "secret_file", client.secretFile());
        if (text.filter(value -> value.length() < MIN_SECRET_LENGTH).isPresent()) {
            report(client, "the secret in secret_file is shorter than %d characters".formatted(MIN_SECRET_LENGTH));
        }
        return text.map(Secret::of);
    }

    private Optional<JsonObject> jwks(GatewayFile.Client client) {
        return read(client, "jwks_file", client.jwksFile()).flatMap(text -> {
            try (JsonReader reader = Json.createReader(new StringReader(text))) {
                return Optional.of(reader.readObject());
            } catch (JsonException _) { // the reason would repeat the file
                report(client, "jwks_file does not hold a JSON object with the client's public keys");
                return Optional.empty();
            }
        });
    }

    private Optional<String> read(GatewayFile.Client client, String key, @Nullable String path) {
        if (path == null) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(path);
            if (Files.size(file) > MAX_FILE_BYTES) {
                report(client, "%s is larger than %d bytes".formatted(key, MAX_FILE_BYTES));
                return Optional.empty();
            }
            return Optional.of(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            report(client, "%s cannot be read (%s)".formatted(key, e.getClass().getSimpleName()));
            return Optional.empty();
        }
    }

    private void report(GatewayFile.Client client, String problem) {
        settings.problems()
                .add("clients.%s in %s: %s"
                        .formatted(client.id(), settings.file().origin(), problem));
    }
}
