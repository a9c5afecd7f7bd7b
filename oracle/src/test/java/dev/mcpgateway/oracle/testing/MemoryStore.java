package dev.mcpgateway.oracle.testing;

import dev.mcpgateway.storage.AuditStore;
import dev.mcpgateway.storage.ClientStore;
import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.ConsentStore;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.KeyStore;
import dev.mcpgateway.storage.LoginStore;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.Page;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.TokenStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The storage contract in memory. Closing it makes it unreachable. */
public final class MemoryStore implements Store {
    private final Clock clock;
    private final MemoryKeyStore keys = new MemoryKeyStore();
    private final Map<String, RegisteredClient> clients = new TreeMap<>();
    private final Map<String, CodeStore.IssuedCode> codes = new HashMap<>();
    private final Set<String> usedCodes = new HashSet<>();
    private final TreeMap<String, Row> grants = new TreeMap<>();
    private final List<AuditStore.AuditEvent> events = new ArrayList<>();
    private final Map<String, LoginStore.PendingLogin> logins = new HashMap<>();
    private final List<ConsentStore.Consent> consents = new ArrayList<>();
    private boolean closed;

    private record Row(
            Grant grant, String secretHash, @Nullable Instant rotatedAt, int repeats) {}

    public MemoryStore(Clock clock) {
        this.clock = clock;
    }

    /** How many sign-ins are under way. */
    int loginsBegun() {
        return locked(logins::size);
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("the store is closed");
        }
    }

    @Override
    public ClientStore clients() {
        return new ClientStore() {
            @Override
            public void create(RegisteredClient client) {
                locked(() -> clients.put(client.id(), client));
            }

            @Override
            public Optional<RegisteredClient> find(String id) {
                return locked(() -> Optional.ofNullable(clients.get(id))
                        .filter(client -> client.expiresAt().isAfter(clock.instant())));
            }

            @Override
            public boolean update(RegisteredClient client) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void extend(String id, Instant expiresAt) {
                locked(() -> clients.computeIfPresent(
                        id,
                        (_, old) -> old.expiresAt().isAfter(expiresAt)
                                ? old
                                : new RegisteredClient(
                                        id,
                                        old.secretHash(),
                                        old.registrationTokenHash(),
                                        old.metadata(),
                                        old.createdAt(),
                                        expiresAt)));
            }

            @Override
            public boolean delete(String id) {
                return locked(() -> clients.remove(id) != null);
            }

            @Override
            public Page<RegisteredClient> list(@Nullable String after, int limit) {
                return locked(() -> page(clients, after, limit, _ -> true));
            }
        };
    }

    @Override
    public LoginStore logins() {
        return new LoginStore() {
            @Override
            public void begin(PendingLogin login) {
                locked(() -> logins.put(login.stateHash(), login));
            }

            @Override
            public Optional<PendingLogin> consume(String stateHash) {
                return locked(() -> Optional.ofNullable(logins.remove(stateHash))
                        .filter(login -> login.expiresAt().isAfter(clock.instant())));
            }
        };
    }

    @Override
    public CodeStore codes() {
        return new CodeStore() {
            @Override
            public void issue(IssuedCode code) {
                locked(() -> codes.put(code.hash(), code));
            }

            @Override
            public Optional<IssuedCode> find(String hash) {
                return locked(() -> Optional.ofNullable(codes.get(hash))
                        .filter(code ->
                                usedCodes.contains(hash) || code.expiresAt().isAfter(clock.instant())));
            }

            @Override
            public Optional<Consumption> consume(String hash, NewGrant grant) {
                return locked(() -> find(hash).map(code -> {
                    if (!usedCodes.add(hash)) {
                        return new Consumption.Replayed(code.familyId());
                    }
                    grants.put(grant.familyId(), newRow(grant));
                    return new Consumption.Fresh(code);
                }));
            }
        };
    }

    private static Row newRow(NewGrant grant) {
        return new Row(
                new Grant(
                        grant.familyId(),
                        grant.clientId(),
                        grant.userId(),
                        grant.userName(),
                        grant.resource(),
                        grant.scope(),
                        0,
                        grant.createdAt(),
                        grant.createdAt(),
                        grant.idleExpiresAt(),
                        grant.expiresAt()),
                grant.secretHash(),
                null,
                0);
    }

    @Override
    public ConsentStore consents() {
        return new ConsentStore() {
            @Override
            public void record(Consent consent) {
                locked(() -> consents.add(consent));
            }

            @Override
            public Optional<Consent> find(String userId, String clientId, String redirectHost, String resource) {
                return locked(() -> consents.stream()
                        .filter(consent -> consent.userId().equals(userId)
                                && consent.clientId().equals(clientId)
                                && consent.redirectHost().equals(redirectHost)
                                && consent.resource().equals(resource))
                        .findFirst());
            }

            @Override
            public void forgetUser(String userId) {
                locked(() -> true);
            }
        };
    }

    @Override
    public TokenStore tokens() {
        return new Tokens();
    }

    private final class Tokens implements TokenStore {
        @Override
        public Optional<Grant> findGrant(String familyId) {
            return locked(() -> row(familyId).map(Row::grant));
        }

        private Optional<Row> row(String familyId) {
            Instant now = clock.instant();
            return Optional.ofNullable(grants.get(familyId))
                    .filter(row -> row.grant().expiresAt().isAfter(now)
                            && row.grant().idleExpiresAt().isAfter(now));
        }

        @Override
        public Rotation rotate(Presented token) {
            return locked(() -> row(token.familyId())
                    .filter(row -> row.secretHash().equals(token.secretHash()))
                    .map(row -> rotate(token, row))
                    .orElseGet(Rotation.Unknown::new));
        }

        private Rotation rotate(Presented token, Row row) {
            Grant grant = row.grant();
            if (!grant.clientId().equals(token.clientId())) {
                return new Rotation.Foreign();
            }
            if (token.sequence() == grant.sequence()) {
                return new Rotation.Advanced(advance(token, row));
            }
            if (token.sequence() > grant.sequence()) {
                return new Rotation.Recovered(advance(token, row));
            }
            boolean repeatable = token.sequence() == grant.sequence() - 1
                    && row.rotatedAt() != null
                    && token.now().isBefore(row.rotatedAt().plus(token.grace()))
                    && row.repeats() < token.maxRepeats();
            if (repeatable) {
                grants.put(grant.familyId(), new Row(grant, row.secretHash(), row.rotatedAt(), row.repeats() + 1));
                return new Rotation.Repeated(grant);
            }
            grants.remove(grant.familyId());
            return new Rotation.Reused(grant.familyId());
        }

        private Grant advance(Presented token, Row row) {
            Grant old = row.grant();
            Grant next = new Grant(
                    old.familyId(),
                    old.clientId(),
                    old.userId(),
                    old.userName(),
                    old.resource(),
                    old.scope(),
                    token.sequence() + 1,
                    old.createdAt(),
                    token.now(),
                    token.now().plus(token.idleLifetime()),
                    old.expiresAt());
            grants.put(old.familyId(), new Row(next, row.secretHash(), token.now(), 0));
            return next;
        }

        @Override
        public boolean revokeFamily(String familyId) {
            return locked(() -> grants.remove(familyId) != null);
        }

        @Override
        public int revokeUser(String userId, Instant upTo) {
            return locked(() -> {
                int before = grants.size();
                grants.values().removeIf(row -> row.grant().userId().equals(userId));
                return before - grants.size();
            });
        }

        @Override
        public int revokeClient(String clientId, Instant upTo) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Grant> list(@Nullable String after, int limit) {
            return locked(() -> grants(after, limit, _ -> true));
        }

        @Override
        public Page<Grant> listByUser(String userId, @Nullable String after, int limit) {
            return locked(() -> grants(after, limit, grant -> grant.userId().equals(userId)));
        }

        @Override
        public Page<Grant> listByClient(String clientId, @Nullable String after, int limit) {
            return locked(() -> grants(after, limit, grant -> grant.clientId().equals(clientId)));
        }

        private Page<Grant> grants(@Nullable String after, int limit, Predicate<Grant> filter) {
            Map<String, Grant> live = new TreeMap<>();
            grants.forEach((id, row) -> live.put(id, row.grant()));
            return page(live, after, limit, filter);
        }
    }

    private static <T> Page<T> page(Map<String, T> rows, @Nullable String after, int limit, Predicate<T> filter) {
        List<Map.Entry<String, T>> matching = rows.entrySet().stream()
                .filter(row -> after == null || row.getKey().compareTo(after) > 0)
                .filter(row -> filter.test(row.getValue()))
                .limit(limit + 1L)
                .toList();
        boolean more = matching.size() > limit;
        List<Map.Entry<String, T>> shown = more ? matching.subList(0, limit) : matching;
        return new Page<>(
                shown.stream().map(Map.Entry::getValue).toList(),
                more ? shown.getLast().getKey() : null);
    }

    @Override
    public KeyStore keys() {
        return keys;
    }

    @Override
    public AuditStore audit() {
        return new AuditStore() {
            @Override
            public void append(AuditEvent event) {
                locked(() -> events.add(event));
            }

            @Override
            public List<AuditEvent> latest(int limit) {
                return locked(() -> events.reversed().stream().limit(limit).toList());
            }
        };
    }

    @Override
    public void check() {
        locked(() -> true);
    }

    @Override
    public Subscription watchRevocations(RevocationListener listener) {
        return () -> {};
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** Everything that was handed over, as a thief of the store would see it. */
    public synchronized String dump() {
        return String.join(
                "\n",
                clients.toString(),
                codes.toString(),
                usedCodes.toString(),
                grants.toString(),
                events.toString(),
                keys.dump());
    }

    private interface Work<T> {
        T run();
    }

    private synchronized <T> T locked(Work<T> work) {
        requireOpen();
        return work.run();
    }
}
