package dev.mcpgateway.router.renewal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Spreads moments evenly, and the same on every router and after every start. */
final class Jitter {
    private Jitter() {}

    /**
     * As random as a hash.
     *
     * @param seed what the moment is for
     * @return from 0, inclusive, to 1, exclusive
     */
    static double of(String seed) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
            return (double) Integer.toUnsignedLong(ByteBuffer.wrap(hash).getInt()) / (1L << Integer.SIZE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }
}
