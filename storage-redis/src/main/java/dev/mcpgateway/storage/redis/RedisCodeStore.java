package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Authorization codes in hashes {@code oauth:code:}, which never change. That a code was redeemed is noted beside its
 * grant, in the same bucket, so that one script can do both.
 */
final class RedisCodeStore implements CodeStore {
    private static final Duration REPLAY_MEMORY = Duration.ofDays(1);

    private final Redis redis;
    private final Clock clock;
    private final GrantRows grants;

    RedisCodeStore(Redis redis, Clock clock, GrantRows grants) {
        this.redis = redis;
        this.clock = clock;
        this.grants = grants;
    }

    @Override
    public void issue(IssuedCode code) {
        Fields fields = Fields.create()
                .with("hash", code.hash())
                .with("client_id", code.clientId())
                .with("redirect_uri", code.redirectUri())
                .with("code_challenge", code.codeChallenge())
                .with("family_id", code.familyId())
                .with("user_id", code.userId())
                .with("user_name", code.userName())
                .with("resource", code.resource())
                .with("scope", code.scope())
                .with("expires_at", code.expiresAt());
        redis.run(Script.PUT.on(Keys.code(code.hash()), fields.after(memory(code))));
    }

    @Override
    public Optional<IssuedCode> find(String hash) {
        return read(hash).filter(code -> isFresh(code) || isRedeemed(code));
    }

    @Override
    public Optional<Consumption> consume(String hash, NewGrant grant) {
        Optional<IssuedCode> issued = read(hash);
        if (issued.isEmpty()) {
            return Optional.empty();
        }
        IssuedCode code = issued.get();
        if (isRedeemed(code)) {
            return Optional.of(new Consumption.Replayed(code.familyId()));
        }
        if (!isFresh(code)) {
            return Optional.empty();
        }
        if (!grant.familyId().equals(code.familyId())) {
            throw new IllegalArgumentException("the grant is not of the family that the code was issued for");
        }
        grants.addToIndexes(grant.familyId(), grant.userId(), grant.clientId(), EpochMillis.of(grant.expiresAt()));
        return Optional.of(
                redeem(code, grant) ? new Consumption.Fresh(code) : new Consumption.Replayed(code.familyId()));
    }

    /** Of any number of concurrent calls one returns true. */
    private boolean redeem(IssuedCode code, NewGrant grant) {
        Fields row = GrantRows.row(grant);
        long end = GrantRows.end(row);
        Bucket bucket = Bucket.of(grant.familyId());
        List<String> keys = new ArrayList<>(List.of(
                Keys.redemption(code.familyId()),
                Keys.grant(grant.familyId()),
                Keys.grants(bucket),
                Keys.grantEnds(bucket)));
        Reply reply = redis.run(Script.CONSUME_CODE.on(
                keys, row.after(memory(code), code.hash(), Lifetime.withMargin(end, clock), grant.familyId(), end)));
        return reply.text(0).equals("fresh");
    }

    private Optional<IssuedCode> read(String hash) {
        Fields fields = redis.run(Script.READ.on(Keys.code(hash))).records().getFirst();
        if (fields.isEmpty() || EpochMillis.plus(fields.number("expires_at"), REPLAY_MEMORY) <= clock.millis()) {
            return Optional.empty();
        }
        return Optional.of(new IssuedCode(
                fields.text("hash"),
                fields.text("client_id"),
                fields.text("redirect_uri"),
                fields.text("code_challenge"),
                fields.text("family_id"),
                fields.text("user_id"),
                fields.text("user_name"),
                fields.text("resource"),
                fields.text("scope"),
                fields.instant("expires_at")));
    }

    private boolean isFresh(IssuedCode code) {
        return clock.millis() < EpochMillis.of(code.expiresAt());
    }

    private boolean isRedeemed(IssuedCode code) {
        return !redis.run(Script.GET.on(Keys.redemption(code.familyId())))
                .text(0)
                .isEmpty();
    }

    private long memory(IssuedCode code) {
        return Lifetime.until(EpochMillis.plus(EpochMillis.of(code.expiresAt()), REPLAY_MEMORY), clock);
    }
}
