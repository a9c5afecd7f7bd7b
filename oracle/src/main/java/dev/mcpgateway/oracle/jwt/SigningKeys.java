package dev.mcpgateway.oracle.jwt;

import dev.mcpgateway.oracle.key.KeyRing;
import dev.mcpgateway.oracle.key.KeyRing.Schedule;
import dev.mcpgateway.oracle.key.KeyRing.State;
import dev.mcpgateway.oracle.key.KeysLockedException;
import dev.mcpgateway.oracle.key.SealedKeys;
import dev.mcpgateway.oracle.key.SealedKeys.NewKey;
import dev.mcpgateway.oracle.key.SealedKeys.OpenedKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys that tokens are signed with: a ring of the chosen algorithm, and what there is of the others, which only
 * verifies any more. Thread-safe.
 */
public final class SigningKeys {
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            Stream.of(SigningAlgorithm.values()).map(Enum::name).toArray(String[]::new));

    private final SigningAlgorithm algorithm;
    private final @Nullable PublicJsonWebKey given;
    private final Map<SigningAlgorithm, KeyRing<PublicJsonWebKey>> rings = new EnumMap<>(SigningAlgorithm.class);

    /**
     * A key without what is secret of it.
     *
     * @param key its {@code kid} is an RFC 7638 thumbprint
     */
    public record Description(SigningAlgorithm algorithm, KeyRing.Description key) {}

    private SigningKeys(SigningAlgorithm algorithm, @Nullable PublicJsonWebKey given) {
        this.algorithm = algorithm;
        this.given = given;
    }

    /**
     * Opens the store's signing keys; an algorithm that never had one gets its first.
     *
     * @throws KeysLockedException if a key was sealed under another secret
     */
    public static SigningKeys open(SealedKeys store, SigningAlgorithm algorithm, Schedule schedule, Clock clock) {
        return open(store, algorithm, null, schedule, clock);
    }

    /**
     * As {@link #open(SealedKeys, SigningAlgorithm, Schedule, Clock)}, with an RSA key that the operator has given: it
     * takes its place in the ring of RS256, and no other is made there.
     */
    public static SigningKeys open(
            SealedKeys store,
            SigningAlgorithm algorithm,
            @Nullable PublicJsonWebKey given,
            Schedule schedule,
            Clock clock) {
        SigningKeys keys = new SigningKeys(algorithm, given);
        for (SigningAlgorithm each : SigningAlgorithm.values()) {
            keys.rings.put(each, keys.openRing(store, each, schedule, clock));
        }
        return keys;
    }

    private KeyRing<PublicJsonWebKey> openRing(
            SealedKeys store, SigningAlgorithm each, Schedule schedule, Clock clock) {
        if (each != algorithm) {
            return KeyRing.openExisting(store, purpose(each), schedule.retention(), SigningKeys::parse, clock);
        }
        if (given == null) {
            return KeyRing.open(
                    store, purpose(each), schedule, () -> toKeep(each.generate()), SigningKeys::parse, clock);
        }
        Schedule onlyGiven = new Schedule(schedule.publishAhead(), Duration.ZERO, schedule.retention());
        PublicJsonWebKey own = given;
        KeyRing<PublicJsonWebKey> ring =
                KeyRing.open(store, purpose(each), onlyGiven, () -> toKeep(own), SigningKeys::parse, clock);
        if (ring.find(own.getKeyId()).isEmpty()) {
            ring.rotate();
        }
        return ring;
    }

    /** The public keys as a JWK set; also of those that are not used yet, so that they are known by then. */
    public String toPublicJwks() {
        List<PublicJsonWebKey> all = rings.values().stream()
                .map(KeyRing::all)
                .flatMap(Collection::stream)
                .toList();
        return new JsonWebKeySet(all).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    /** Every ring, for being turned. */
    public Collection<KeyRing<PublicJsonWebKey>> rings() {
        return List.copyOf(rings.values());
    }

    /** Every key; those of another algorithm than the chosen one are of the past. */
    public List<Description> describe() {
        return rings.entrySet().stream()
                .flatMap(ring -> ring.getValue().describe().stream()
                        .map(key -> new Description(ring.getKey(), ring.getKey() == algorithm ? key : ofThePast(key))))
                .toList();
    }

    private static KeyRing.Description ofThePast(KeyRing.Description key) {
        return new KeyRing.Description(key.id(), State.PREVIOUS, key.createdAt(), key.currentFrom(), key.until());
    }

    /** Whether the operator has given the key that signs, so that rotation is theirs. */
    public boolean isGiven() {
        return given != null;
    }

    /**
     * Makes the next key of the chosen algorithm.
     *
     * @return false if one waits for its turn already
     */
    public boolean rotate() {
        return Objects.requireNonNull(rings.get(algorithm)).rotate();
    }

    /** @return false if there is no such key */
    public boolean withdraw(String keyId) {
        return rings.values().stream()
                .filter(ring -> ring.find(keyId).isPresent())
                .anyMatch(ring -> ring.withdraw(keyId));
    }

    PublicJsonWebKey current() {
        return Objects.requireNonNull(rings.get(algorithm)).current();
    }

    /** Signs with the current key; {@code type} becomes {@code typ}. */
    String sign(String type, JwtClaims claims) {
        PublicJsonWebKey key = current();
        JsonWebSignature jws = new JsonWebSignature();
        jws.setHeader("typ", type);
        jws.setKeyIdHeaderValue(key.getKeyId());
        jws.setAlgorithmHeaderValue(key.getAlgorithm());
        jws.setKey(key.getPrivateKey());
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("signing failed", e);
        }
    }

    /**
     * The claims, if one of our own keys signed them as this type. The key is chosen by {@code kid} alone, so that
     * {@code jwk}, {@code jku} and {@code x5u} have no say, and decides the algorithm.
     *
     * @throws JoseException if it is no JWS
     * @throws InvalidJwtException if its payload is no JSON object
     */
    Optional<JwtClaims> verified(String type, String token) throws JoseException, InvalidJwtException {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmConstraints(ALGORITHMS);
        jws.setCompactSerialization(token);
        if (!(jws.getHeaders().getObjectHeaderValue("kid") instanceof String keyId)) {
            return Optional.empty();
        }
        PublicJsonWebKey key = find(keyId).orElse(null);
        if (key == null
                || !key.getAlgorithm().equals(jws.getHeaders().getObjectHeaderValue("alg"))
                || !isOfType(type, jws.getHeaders().getObjectHeaderValue("typ"))) {
            return Optional.empty();
        }
        jws.setKey(key.getPublicKey());
        return jws.verifySignature() ? Optional.of(JwtClaims.parse(jws.getPayload())) : Optional.empty();
    }

    private static boolean isOfType(String type, Object value) {
        return value instanceof String text
                && (text.equalsIgnoreCase(type) || text.toLowerCase(Locale.ROOT).equals("application/" + type));
    }

    private Optional<PublicJsonWebKey> find(String keyId) {
        return rings.values().stream()
                .map(ring -> ring.find(keyId))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static String purpose(SigningAlgorithm algorithm) {
        return "signing-" + algorithm;
    }

    private static NewKey toKeep(PublicJsonWebKey key) {
        return new NewKey(
                key.getKeyId(), key.toJson(OutputControlLevel.INCLUDE_PRIVATE).getBytes(StandardCharsets.UTF_8));
    }

    private static PublicJsonWebKey parse(OpenedKey key) {
        try {
            return PublicJsonWebKey.Factory.newPublicJwk(new String(key.value(), StandardCharsets.UTF_8));
        } catch (JoseException e) {
            throw new IllegalStateException("the signing key " + key.id() + " is not a key", e);
        }
    }
}
