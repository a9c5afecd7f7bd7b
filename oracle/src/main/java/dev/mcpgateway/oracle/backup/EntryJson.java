package dev.mcpgateway.oracle.backup;

import dev.mcpgateway.storage.AccountStore.Account;
import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.ConsentStore.Consent;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore.SealedKey;
import dev.mcpgateway.storage.RegisteredClient;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records as JSON objects: {@code kind}, and their members. Moments are milliseconds since 1970. */
final class EntryJson {
    private EntryJson() {}

    static String kind(Entry entry) {
        return switch (entry) {
            case Entry.Client _ -> "client";
            case Entry.Family _ -> "grant";
            case Entry.Agreement _ -> "consent";
            case Entry.Key _ -> "key";
            case Entry.Known _ -> "account";
            case Entry.Pin _ -> "pin";
            case Entry.RevokedFamily _ -> "revoked_grant";
            case Entry.RevokedUser _ -> "revoked_user";
            case Entry.RevokedClient _ -> "revoked_client";
            case Entry.ForgottenConsents _ -> "forgotten_consents";
        };
    }

    static JsonObject write(Entry entry) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("kind", kind(entry));
        switch (entry) {
            case Entry.Client(RegisteredClient client) -> {
                json.add("id", client.id()).add("metadata", client.metadata());
                add(json, "secret_hash", client.secretHash());
                add(json, "registration_token_hash", client.registrationTokenHash());
                json.add("created_at", client.createdAt().toEpochMilli())
                        .add("expires_at", client.expiresAt().toEpochMilli());
            }
            case Entry.Family(Grant grant, String secretHash, Instant rotatedAt, long repeats) ->
                json.add("id", grant.familyId())
                        .add("client_id", grant.clientId())
                        .add("user_id", grant.userId())
                        .add("user_name", grant.userName())
                        .add("resource", grant.resource())
                        .add("scope", grant.scope())
                        .add("secret_hash", secretHash)
                        .add("sequence", grant.sequence())
                        .add("repeats", repeats)
                        .add("created_at", grant.createdAt().toEpochMilli())
                        .add("last_used_at", grant.lastUsedAt().toEpochMilli())
                        .add("rotated_at", rotatedAt.toEpochMilli())
                        .add("idle_expires_at", grant.idleExpiresAt().toEpochMilli())
                        .add("expires_at", grant.expiresAt().toEpochMilli());
            case Entry.Agreement(Consent consent) ->
                json.add("user_id", consent.userId())
                        .add("client_id", consent.clientId())
                        .add("redirect_host", consent.redirectHost())
                        .add("resource", consent.resource())
                        .add("scope", consent.scope())
                        .add("given_at", consent.givenAt().toEpochMilli())
                        .add("expires_at", consent.expiresAt().toEpochMilli());
            case Entry.Key(SealedKey key) ->
                json.add("purpose", key.purpose())
                        .add("id", key.id())
                        .add("sealed", key.sealed())
                        .add("created_at", key.createdAt().toEpochMilli());
            case Entry.Known(Account account) ->
                json.add("id", account.userId())
                        .add("sealed", account.sealed())
                        .add("due_at", account.dueAt().toEpochMilli())
                        .add("expires_at", account.expiresAt().toEpochMilli());
            case Entry.Pin(String name, String userId) -> json.add("name", name).add("id", userId);
            case Entry.RevokedFamily(String familyId, Instant expiresAt) ->
                json.add("id", familyId).add("expires_at", expiresAt.toEpochMilli());
            case Entry.RevokedUser(String userId, Instant upTo) -> addMarker(json, userId, upTo, entry.expiresAt());
            case Entry.RevokedClient(String clientId, Instant upTo) ->
                addMarker(json, clientId, upTo, entry.expiresAt());
            case Entry.ForgottenConsents(String userId, Instant upTo) ->
                addMarker(json, userId, upTo, entry.expiresAt());
        }
        return json.build();
    }

    /** When it ends follows from the rest, so that is not read again. */
    private static void addMarker(JsonObjectBuilder json, String id, Instant upTo, Instant expiresAt) {
        json.add("id", id).add("up_to", upTo.toEpochMilli()).add("expires_at", expiresAt.toEpochMilli());
    }

    /** @throws RuntimeException of any kind if a member is missing or not of its type; says too little for a user */
    static Entry read(JsonObject json) {
        return switch (json.getString("kind")) {
            case "client" ->
                new Entry.Client(new RegisteredClient(
                        json.getString("id"),
                        json.getString("secret_hash", null),
                        json.getString("registration_token_hash", null),
                        json.getString("metadata"),
                        moment(json, "created_at"),
                        moment(json, "expires_at")));
            case "grant" ->
                new Entry.Family(
                        new Grant(
                                json.getString("id"),
                                json.getString("client_id"),
                                json.getString("user_id"),
                                json.getString("user_name"),
                                json.getString("resource"),
                                json.getString("scope"),
                                number(json, "sequence"),
                                moment(json, "created_at"),
                                moment(json, "last_used_at"),
                                moment(json, "idle_expires_at"),
                                moment(json, "expires_at")),
                        json.getString("secret_hash"),
                        moment(json, "rotated_at"),
                        number(json, "repeats"));
            case "consent" ->
                new Entry.Agreement(new Consent(
                        json.getString("user_id"),
                        json.getString("client_id"),
                        json.getString("redirect_host"),
                        json.getString("resource"),
                        json.getString("scope"),
                        moment(json, "given_at"),
                        moment(json, "expires_at")));
            case "key" ->
                new Entry.Key(new SealedKey(
                        json.getString("purpose"),
                        json.getString("id"),
                        json.getString("sealed"),
                        moment(json, "created_at")));
            case "account" ->
                new Entry.Known(new Account(
                        json.getString("id"),
                        json.getString("sealed"),
                        moment(json, "due_at"),
                        moment(json, "expires_at")));
            case "pin" -> new Entry.Pin(json.getString("name"), json.getString("id"));
            case "revoked_grant" -> new Entry.RevokedFamily(json.getString("id"), moment(json, "expires_at"));
            case "revoked_user" -> new Entry.RevokedUser(json.getString("id"), moment(json, "up_to"));
            case "revoked_client" -> new Entry.RevokedClient(json.getString("id"), moment(json, "up_to"));
            case "forgotten_consents" -> new Entry.ForgottenConsents(json.getString("id"), moment(json, "up_to"));
            default -> throw new IllegalArgumentException("a kind that this version does not know");
        };
    }

    private static void add(JsonObjectBuilder json, String member, @Nullable String value) {
        if (value != null) {
            json.add(member, value);
        }
    }

    private static long number(JsonObject json, String member) {
        return json.getJsonNumber(member).longValueExact();
    }

    private static Instant moment(JsonObject json, String member) {
        return Instant.ofEpochMilli(number(json, member));
    }
}
