package dev.mcpgateway.storage.spi;

import dev.mcpgateway.storage.RevocationListener.Revocation;
import java.time.Instant;

/**
 * Revocations as stores send them to each other: {@code family:ID}, {@code user:MILLIS:ID}, {@code client:MILLIS:ID}.
 */
public final class RevocationText {
    private RevocationText() {}

    public static String of(Revocation revocation) {
        return switch (revocation) {
            case Revocation.Family(String familyId) -> "family:" + familyId;
            case Revocation.User(String userId, Instant upTo) -> "user:" + EpochMillis.of(upTo) + ":" + userId;
            case Revocation.Client(String clientId, Instant upTo) -> "client:" + EpochMillis.of(upTo) + ":" + clientId;
        };
    }

    /** @throws IllegalArgumentException if it is nothing that {@link #of} returns */
    public static Revocation parse(String text) {
        String[] kind = text.split(":", 2);
        if (kind.length == 2 && kind[0].equals("family")) {
            return new Revocation.Family(kind[1]);
        }
        String[] moment = kind.length == 2 ? kind[1].split(":", 2) : new String[0];
        if (moment.length == 2) {
            Instant upTo = Instant.ofEpochMilli(Long.parseLong(moment[0]));
            switch (kind[0]) {
                case "user" -> {
                    return new Revocation.User(moment[1], upTo);
                }
                case "client" -> {
                    return new Revocation.Client(moment[1], upTo);
                }
                default -> {
                    // Falls through to the refusal.
                }
            }
        }
        throw new IllegalArgumentException("not a revocation: a kind, a moment and an id are expected");
    }
}
