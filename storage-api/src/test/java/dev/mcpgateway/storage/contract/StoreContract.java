package dev.mcpgateway.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.storage.CodeStore.Consumption.Fresh;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.NewGrant;
import dev.mcpgateway.storage.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What all contracts begin with: an empty store, a clock that is set by hand, and things to put in. */
public abstract class StoreContract {
    protected static final Duration CODE_LIFETIME = Duration.ofMinutes(1);
    protected static final Duration IDLE_LIFETIME = Duration.ofDays(30);
    protected static final Duration GRANT_LIFETIME = Duration.ofDays(90);
    protected static final String SECRET_HASH = "s".repeat(43);

    protected final SettableClock clock = new SettableClock();
    private final List<Store> opened = new ArrayList<>();
    protected Store store;

    /**
     * Opens the store. Within one test every call leads to the same data, empty at first, also while stores opened
     * before are still open.
     */
    protected abstract Store open(Clock clock) throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        store = another();
    }

    @AfterEach
    final void closeStores() {
        opened.reversed().forEach(Store::close);
    }

    /** One more store on the same data. */
    protected final Store another() throws Exception {
        Store one = open(clock);
        opened.add(one);
        return one;
    }

    protected final void restart() throws Exception {
        closeStores();
        opened.clear();
        store = another();
    }

    /** Ids that nobody gave out, in shapes that stores may trip over. */
    static Stream<String> strangeIds() {
        return Stream.of(
                "unknown",
                "",
                " ",
                "a".repeat(10_240),
                "' OR '1'='1",
                "\"; DROP TABLE grants; --",
                "nul\0nul",
                "\u0000",
                "line\r\nbreak",
                "{hash}*?[a-z]",
                "\uD83D\uDE00",
                "\uD83D");
    }

    protected final IssuedCode code(String name) {
        return code(name, "client", "user");
    }

    protected final IssuedCode code(String name, String clientId, String userId) {
        return new IssuedCode(
                "code-" + name,
                clientId,
                "https://client.example/callback?a=b",
                "c".repeat(43),
                name,
                userId,
                "Ali\u00e7e \uD83D\uDE00",
                "https://echo.example.com/mcp",
                "mcp",
                clock.instant().plus(CODE_LIFETIME));
    }

    protected final NewGrant grantOf(IssuedCode code) {
        return new NewGrant(
                code.familyId(),
                code.clientId(),
                code.userId(),
                code.userName(),
                code.resource(),
                code.scope(),
                SECRET_HASH,
                clock.instant(),
                clock.instant().plus(IDLE_LIFETIME),
                clock.instant().plus(GRANT_LIFETIME));
    }

    /** Brings a grant into being the way it is done: through a code. */
    protected final void grant(String familyId, String clientId, String userId) {
        IssuedCode code = code(familyId, clientId, userId);
        store.codes().issue(code);
        assertThat(store.codes().consume(code.hash(), grantOf(code))).contains(new Fresh(code));
    }

    protected final void grant(String familyId) {
        grant(familyId, "client", "user");
    }
}
