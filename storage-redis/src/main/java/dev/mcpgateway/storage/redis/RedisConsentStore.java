package dev.mcpgateway.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.storage.Archive.Outcome;
import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a user agreed to in one hash {@code oauth:consent:}, whose names and values are form-encoded lists, and the
 * markers that end it.
 */
final class RedisConsentStore implements ConsentStore {
    private final Redis redis;
    private final Clock clock;

    RedisConsentStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public void record(Consent consent) {
        redis.run(Script.RECORD_CONSENT.on(
                Keys.consents(consent.userId()),
                Lifetime.until(consent.expiresAt(), clock),
                name(consent),
                value(consent)));
    }

    private static String name(Consent consent) {
        return join(consent.clientId(), consent.redirectHost(), consent.resource());
    }

    private static String value(Consent consent) {
        return join(
                consent.scope(),
                Long.toString(EpochMillis.of(consent.givenAt())),
                Long.toString(EpochMillis.of(consent.expiresAt())));
    }

    @Override
    public Optional<Consent> find(String userId, String clientId, String redirectHost, String resource) {
        String name = join(clientId, redirectHost, resource);
        String value =
                redis.run(Script.FIND_CONSENT.on(Keys.consents(userId), name)).text(0);
        return value.isEmpty()
                ? Optional.empty()
                : live(List.of(consent(userId, name, value))).stream().findFirst();
    }

    /** Everything the user agreed to. */
    List<Consent> of(String userId) {
        return live(redis.run(Script.READ.on(Keys.consents(userId))).records().stream()
                .flatMap(fields -> fields.values().entrySet().stream())
                .map(entry -> consent(userId, entry.getKey(), entry.getValue()))
                .toList());
    }

    /** Those that have not expired and are younger than every marker. */
    private List<Consent> live(List<Consent> consents) {
        Set<String> markers = new LinkedHashSet<>();
        consents.forEach(consent -> markers.addAll(markers(consent)));
        Map<String, Long> moments = redis.numbers(List.copyOf(markers));
        return consents.stream()
                .filter(consent -> consent.expiresAt().isAfter(clock.instant()))
                .filter(consent -> markers(consent).stream()
                        .noneMatch(marker ->
                                moments.getOrDefault(marker, Long.MIN_VALUE) >= EpochMillis.of(consent.givenAt())))
                .toList();
    }

    /** Those of the user first, which are in the bucket of the consents. */
    private static List<String> markers(Consent consent) {
        return List.of(
                Owner.USER.marker(consent.userId()),
                Keys.forgottenConsents(consent.userId()),
                Owner.CLIENT.marker(consent.clientId()));
    }

    /** Records what has not expired, unless there is a live one, or a marker that ends it. */
    Outcome recordIfAbsent(Consent consent) {
        // If this one moves meanwhile, whoever looks for the consent sees that.
        String ofClient = redis.run(Script.GET.on(Owner.CLIENT.marker(consent.clientId())))
                .text(0);
        return redis.run(Script.RESTORE_CONSENT.on(
                        List.of(
                                Keys.consents(consent.userId()),
                                Owner.USER.marker(consent.userId()),
                                Keys.forgottenConsents(consent.userId())),
                        clock.millis(),
                        ofClient,
                        Lifetime.until(consent.expiresAt(), clock),
                        name(consent),
                        value(consent),
                        EpochMillis.of(consent.givenAt())))
                .outcome();
    }

    @Override
    public void forgetUser(String userId) {
        forgetUser(userId, clock.instant());
    }

    /**
     * Forgets what was given until then.
     *
     * @return false if that was done before
     */
    boolean forgetUser(String userId, Instant upTo) {
        return redis.run(Script.FORGET_CONSENTS.on(
                        List.of(Keys.consents(userId), Keys.forgottenConsents(userId)),
                        EpochMillis.of(upTo),
                        Lifetime.ofMarker(upTo, clock)))
                .yes();
    }

    private static Consent consent(String userId, String name, String value) {
        List<String> subject = split(name);
        Fields times = Fields.of(List.of(
                "given_at", split(value).get(1), "expires_at", split(value).get(2)));
        return new Consent(
                userId,
                subject.get(0),
                subject.get(1),
                subject.get(2),
                split(value).get(0),
                times.instant("given_at"),
                times.instant("expires_at"));
    }

    private static String join(String... parts) {
        return Stream.of(parts).map(part -> URLEncoder.encode(part, UTF_8)).collect(Collectors.joining("&"));
    }

    private static List<String> split(String joined) {
        return Arrays.stream(joined.split("&", -1))
                .map(part -> URLDecoder.decode(part, UTF_8))
                .toList();
    }
}
