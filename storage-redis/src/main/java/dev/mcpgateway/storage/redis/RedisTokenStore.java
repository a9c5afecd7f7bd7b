package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Archive.Outcome;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RevocationListener.Revocation;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import dev.mcpgateway.storage.spi.RevocationText;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Grants and the rotation of their refresh tokens. */
final class RedisTokenStore implements TokenStore {
    private final Redis redis;
    private final Clock clock;
    private final GrantRows grants;
    private final Index index;
    private final Executor afterwards;

    /** @param afterwards does what nobody waits for */
    RedisTokenStore(Redis redis, Clock clock, GrantRows grants, Executor afterwards) {
        this.redis = redis;
        this.clock = clock;
        this.grants = grants;
        this.index = new Index(redis);
        this.afterwards = afterwards;
    }

    @Override
    public void create(NewGrant grant) {
        if (grants.create(GrantRows.row(grant)) != Outcome.ADDED) {
            throw new StoreException(redis.name() + " has, or had, a grant of this id already");
        }
    }

    @Override
    public Optional<Grant> findGrant(String familyId) {
        return live(familyId).map(GrantRows::grant);
    }

    private Optional<Fields> live(String familyId) {
        return grants.live(List.of(familyId)).stream().findFirst();
    }

    @Override
    public Rotation rotate(Presented token) {
        Optional<Fields> live = live(token.familyId());
        if (live.isEmpty()) {
            return new Rotation.Unknown();
        }
        long now = EpochMillis.of(token.now());
        long idleExpiresAt = EpochMillis.plus(now, token.idleLifetime());
        long end = Math.min(idleExpiresAt, live.get().number("expires_at"));
        Bucket bucket = Bucket.of(token.familyId());
        Reply reply = redis.run(Script.ROTATE.on(
                keys(token.familyId()),
                clock.millis(),
                token.secretHash(),
                token.clientId(),
                GrantRows.sequence(Math.max(token.sequence(), 0)),
                hasSuccessor(token) ? GrantRows.sequence(token.sequence() + 1) : "",
                now,
                idleExpiresAt,
                end,
                Lifetime.withMargin(end, clock),
                token.grace().toMillis(),
                token.maxRepeats(),
                Keys.REVOCATIONS,
                bucket.name(),
                RevocationText.of(new Revocation.Family(token.familyId())),
                token.familyId()));
        return switch (reply.text(0)) {
            case "advanced" -> new Rotation.Advanced(GrantRows.grant(reply.fields(1)));
            case "recovered" -> new Rotation.Recovered(GrantRows.grant(reply.fields(1)));
            case "repeated" -> new Rotation.Repeated(GrantRows.grant(reply.fields(1)));
            case "foreign" -> new Rotation.Foreign();
            case "reused" -> {
                removeFromIndexes(reply.fields(1));
                yield new Rotation.Reused(token.familyId());
            }
            default -> new Rotation.Unknown();
        };
    }

    private static boolean hasSuccessor(Presented token) {
        return token.sequence() >= 0 && token.sequence() < Long.MAX_VALUE;
    }

    private static List<String> keys(String familyId) {
        Bucket bucket = Bucket.of(familyId);
        return List.of(
                Keys.grant(familyId),
                Keys.revokedFamily(familyId),
                Keys.grants(bucket),
                Keys.grantEnds(bucket),
                Keys.revocations(bucket));
    }

    @Override
    public boolean revokeFamily(String familyId) {
        Optional<Fields> live = live(familyId);
        boolean ended = redis.run(Script.REVOKE_FAMILY.on(
                        keys(familyId),
                        clock.millis(),
                        familyId,
                        Keys.REVOCATIONS,
                        Bucket.of(familyId).name(),
                        RevocationText.of(new Revocation.Family(familyId))))
                .yes();
        live.ifPresent(this::removeFromIndexes);
        return ended && live.isPresent();
    }

    /** Nobody misses it: what indexes name is looked for, and they expire. */
    private void removeFromIndexes(Fields row) {
        afterwards.execute(() -> grants.drop(List.of(row)));
    }

    @Override
    public int revokeUser(String userId, Instant upTo) {
        return mark(Owner.USER, userId, upTo, new Revocation.User(userId, upTo));
    }

    @Override
    public int revokeClient(String clientId, Instant upTo) {
        return mark(Owner.CLIENT, clientId, upTo, new Revocation.Client(clientId, upTo));
    }

    private int mark(Owner owner, String id, Instant upTo, Revocation revocation) {
        int ended = count(owner, id, upTo);
        Bucket bucket = Bucket.of(id);
        boolean moved = redis.run(Script.MARK.on(
                        List.of(owner.marker(id), Keys.revocations(bucket)),
                        EpochMillis.of(upTo),
                        Lifetime.ofMarker(upTo, clock),
                        Keys.REVOCATIONS,
                        bucket.name(),
                        RevocationText.of(revocation)))
                .yes();
        afterwards.execute(() -> dropRevoked(owner, id, upTo));
        return moved ? ended : 0;
    }

    private int count(Owner owner, String id, Instant upTo) {
        int count = 0;
        String after = null;
        do {
            Page<Grant> page = page(List.of(owner.index(id)), after, Page.MAX_LIMIT);
            count += (int) page.items().stream()
                    .filter(grant -> !grant.createdAt().isAfter(upTo))
                    .count();
            after = page.next();
        } while (after != null);
        return count;
    }

    private void dropRevoked(Owner owner, String id, Instant upTo) {
        long moment = EpochMillis.of(upTo);
        String from = "-";
        while (true) {
            List<String> ids = redis.run(Script.PAGE.on(owner.index(id), from, Page.MAX_LIMIT))
                    .texts();
            if (ids.isEmpty()) {
                return;
            }
            grants.drop(redis.read(ids, Keys::grant).stream()
                    .filter(row -> !row.isEmpty() && row.number("created_at") <= moment)
                    .toList());
            from = "(" + ids.getLast();
        }
    }

    @Override
    public Page<Grant> list(@Nullable String after, int limit) {
        return page(Bucket.ALL.stream().map(Keys::grants).toList(), after, limit);
    }

    @Override
    public Page<Grant> listByUser(String userId, @Nullable String after, int limit) {
        return page(List.of(Owner.USER.index(userId)), after, limit);
    }

    @Override
    public Page<Grant> listByClient(String clientId, @Nullable String after, int limit) {
        return page(List.of(Owner.CLIENT.index(clientId)), after, limit);
    }

    private Page<Grant> page(List<String> keys, @Nullable String after, int limit) {
        return index.page(
                keys,
                after,
                limit,
                ids -> grants.live(ids).stream().map(GrantRows::grant).toList(),
                Grant::familyId);
    }
}
