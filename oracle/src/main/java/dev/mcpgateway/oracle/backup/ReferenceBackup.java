package dev.mcpgateway.oracle.backup;

import dev.mcpgateway.oracle.client.ClientMetadata;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.RegisteredClient;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An {@code oauth-backup-*.json} of the reference stack: its registered clients, whose ids and secrets stay good. Their
 * secrets are in clear there, and only their hashes are kept here.
 *
 * @param leftOut clients that could not register here, such as those with a redirect URI that nobody may have: each
 *     with the reason
 * @param notCarriedOver how many tokens, codes and sessions it holds, which nothing here could check
 */
record ReferenceBackup(List<Entry.Client> clients, List<String> leftOut, long notCarriedOver) {
    private static final long MAX_BYTES = 256L * 1024 * 1024;

    /** For those that the reference keeps for ever. */
    private static final Duration FOREVER = Duration.ofDays(3650);

    private static final List<String> LEFT_BEHIND = List.of("tokens", "refresh_tokens", "states", "codes", "sessions");

    ReferenceBackup {
        clients = List.copyOf(clients);
        leftOut = List.copyOf(leftOut);
    }

    /** @throws BackupException that names what is wrong */
    static ReferenceBackup read(Path file, Clock clock) {
        JsonObject backup = parse(file);
        if (!(backup.get("registrations") instanceof JsonObject registrations) || !backup.containsKey("metadata")) {
            throw new BackupException(file + " is neither a backup of this gateway nor one of the reference stack"
                    + " (oauth-backup-*.json, with registrations and metadata)");
        }
        Instant writtenAt = writtenAt(backup, clock);
        List<Entry.Client> clients = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Map.Entry<String, JsonValue> registration : registrations.entrySet()) {
            String id = registration.getKey();
            try {
                clients.add(new Entry.Client(client(file, id, registration.getValue(), writtenAt)));
            } catch (OAuthException e) { // the reference registers what nobody may have
                leftOut.add(id + " (" + e.getMessage() + ")");
            }
        }
        long leftBehind = LEFT_BEHIND.stream()
                .map(backup::get)
                .mapToLong(part -> part instanceof JsonObject records ? records.size() : 0)
                .sum();
        return new ReferenceBackup(clients, leftOut, leftBehind);
    }

    private static JsonObject parse(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BackupException(file + " is larger than 256 MiB and not a backup of this gateway");
            }
            return object(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) { // of many kinds: not UTF-8, not JSON, not an object
            if (e instanceof BackupException refusal) {
                throw refusal;
            }
            throw new BackupException(file + " is neither a backup of this gateway nor a JSON file", e);
        }
    }

    private static JsonObject object(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }

    private static Instant writtenAt(JsonObject backup, Clock clock) {
        try {
            return OffsetDateTime.parse(backup.getString("timestamp")).toInstant();
        } catch (RuntimeException _) { // missing, or not a time: then it is as if it were new
            return clock.instant();
        }
    }

    private static RegisteredClient client(Path file, String id, JsonValue record, Instant writtenAt) {
        try {
            JsonObject stored = record.asJsonObject();
            JsonObject client = object(stored.getString("value"));
            if (!id.equals(client.getString("client_id"))) {
                throw new IllegalArgumentException("another id");
            }
            String secret = text(client, "client_secret");
            String token = text(client, "registration_access_token");
            return new RegisteredClient(
                    id,
                    secret == null ? null : SecureTokens.hash(secret),
                    token == null ? null : SecureTokens.hash(token),
                    metadata(client, secret != null).document().toString(),
                    issuedAt(client, writtenAt),
                    expiresAt(stored, writtenAt));
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) { // of many kinds: a member is missing, or of another type
            throw new BackupException(file + ": the client " + id + " is not in the form of the reference stack", e);
        }
    }

    private static ClientMetadata metadata(JsonObject client, boolean confidential) {
        JsonObjectBuilder metadata = Json.createObjectBuilder()
                .add("redirect_uris", list(client, "redirect_uris"))
                .add(
                        "token_endpoint_auth_method",
                        confidential ? "client_secret_post" : ClientMetadata.NO_AUTHENTICATION);
        for (String member : List.of("client_name", "scope")) {
            String value = text(client, member);
            if (value != null) {
                metadata.add(member, value);
            }
        }
        return ClientMetadata.parse(metadata.build());
    }

    /** The reference keeps lists as JSON in a text. */
    private static JsonArray list(JsonObject client, String member) {
        return switch (client.get(member)) {
            case JsonArray array -> array;
            case JsonString text -> {
                try (JsonReader reader = Json.createReader(new StringReader(text.getString()))) {
                    yield reader.readArray();
                }
            }
            case null, default -> throw new IllegalArgumentException(member + " is missing");
        };
    }

    private static @Nullable String text(JsonObject client, String member) {
        return client.get(member) instanceof JsonString text
                        && !text.getString().isEmpty()
                ? text.getString()
                : null;
    }

    private static Instant issuedAt(JsonObject client, Instant otherwise) {
        return client.get("client_id_issued_at") instanceof JsonNumber seconds
                ? Instant.ofEpochSecond(seconds.longValue())
                : otherwise;
    }

    private static Instant expiresAt(JsonObject stored, Instant writtenAt) {
        long seconds = stored.getJsonNumber("ttl").longValueExact();
        return writtenAt.plus(seconds > 0 ? Duration.ofSeconds(seconds) : FOREVER);
    }
}
