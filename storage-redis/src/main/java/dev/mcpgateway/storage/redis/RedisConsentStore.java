package dev.mcpgateway.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a user agreed to in one hash {@code oauth:consent:}, whose names and values are form-encoded lists. */
final class RedisConsentStore implements ConsentStore {
    private final Redis redis;
    private final Clock clock;

    RedisConsentStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public void record(Consent consent) {
        String value = join(
                consent.scope(),
                Long.toString(EpochMillis.of(consent.givenAt())),
                Long.toString(EpochMillis.of(consent.expiresAt())));
        redis.run(Script.RECORD_CONSENT.on(
                Keys.consents(consent.userId()),
                Lifetime.until(consent.expiresAt(), clock),
                join(consent.clientId(), consent.redirectHost(), consent.resource()),
                value));
    }

    @Override
    public Optional<Consent> find(String userId, String clientId, String redirectHost, String resource) {
        String name = join(clientId, redirectHost, resource);
        String value =
                redis.run(Script.FIND_CONSENT.on(Keys.consents(userId), name)).text(0);
        return value.isEmpty()
                ? Optional.empty()
                : Optional.of(consent(userId, name, value)).filter(this::isLive);
    }

    boolean recordIfAbsent(Consent consent) {
        boolean absent = find(consent.userId(), consent.clientId(), consent.redirectHost(), consent.resource())
                .isEmpty();
        if (absent) {
            record(consent);
        }
        return absent;
    }

    /** Everything the user agreed to. */
    List<Consent> of(String userId) {
        return redis.run(Script.READ.on(Keys.consents(userId))).records().stream()
                .flatMap(fields -> fields.values().entrySet().stream())
                .map(entry -> consent(userId, entry.getKey(), entry.getValue()))
                .filter(this::isLive)
                .toList();
    }

    private boolean isLive(Consent consent) {
        return consent.expiresAt().isAfter(clock.instant());
    }

    @Override
    public void forgetUser(String userId) {
        redis.run(Script.DELETE.on(Keys.consents(userId)));
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
