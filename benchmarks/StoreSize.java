import dev.mcpgateway.storage.Archive.Entry;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.RegisteredClient;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.TokenStore.Presented;
import dev.mcpgateway.storage.TokenStore.Rotation;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Fills a store with clients and grants and measures its verbs at several sizes, one call after the other. Arguments:
 * URL, sizes separated by commas, calls to measure. Prints one line of tab-separated values for each size: size,
 * seconds to fill, then microseconds p50 and p99 of each verb. A line "full SIZE" says that the size is reached; it
 * goes on when a line comes in, so that whoever started it can look at the store.
 */
public final class StoreSize {
    private static final String HASH = "h".repeat(43);
    private static final String METADATA =
            "{\"client_name\":\"An MCP client\",\"redirect_uris\":[\"https://client.example.com/oauth/callback\"],"
                    + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],\"token_endpoint_auth_method\":\"none\","
                    + "\"client_uri\":\"https://client.example.com\",\"software_id\":\"0b2c1e5a-5f0b-4d7a-8f43-0e2d8a3c7f11\",\"software_version\":\"1.2.3\"}";
    /** Whoever started it fills the store: it is told "fill FROM TO" and says when it is done. */
    private static final boolean FILLED_OUTSIDE = Boolean.getBoolean("filled.outside");

    private static final int WRITERS = Integer.getInteger("writers", 8);

    private final Store store;
    private final Instant now = Instant.ofEpochMilli(System.currentTimeMillis());
    private final Random random = new Random(42);
    private int filled;

    private StoreSize(Store store) {
        this.store = store;
    }

    public static void main(String[] arguments) throws Exception {
        int calls = Integer.parseInt(arguments[2]);
        try (Store store = StoreProvider.openAny(arguments[0], Clock.systemUTC())) {
            var run = new StoreSize(store);
            for (String size : arguments[1].split(",")) {
                run.measure(Integer.parseInt(size), calls);
            }
        }
    }

    private static String id(String kind, int number) {
        // benchmarks/store-size makes the same ids in SQL.
        return kind + "_" + "%036d".formatted(number * 2_654_435_761L % 1_000_000_000_007L) + number;
    }

    private void measure(int size, int calls) throws Exception {
        long began = System.nanoTime();
        if (FILLED_OUTSIDE) {
            System.out.println("fill " + filled + " " + size);
            awaitLine();
            filled = size;
        } else {
            fill(size);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.println("full " + size);
        awaitLine();
        List<String> line = new ArrayList<>(List.of(Integer.toString(size), "%.0f".formatted(seconds)));
        line.addAll(times(
                calls, size, i -> present(store.tokens().findGrant(id("f", i)).isPresent())));
        line.addAll(times(calls, size, this::rotate));
        line.addAll(times(
                calls,
                size,
                i -> present(!store.tokens()
                        .listByUser(id("u", i), null, 100)
                        .items()
                        .isEmpty())));
        line.addAll(times(
                calls, size, i -> present(store.clients().find(id("c", i)).isPresent())));
        line.addAll(times(
                Math.max(calls / 10, 20),
                size,
                _ -> present(!store.tokens().list(null, 100).items().isEmpty())));
        System.out.println("figures\t" + String.join("\t", line));
    }

    private static void awaitLine() throws IOException {
        int next = System.in.read();
        while (next >= 0 && next != '\n') {
            next = System.in.read();
        }
    }

    private static void present(boolean there) {
        if (!there) {
            throw new IllegalStateException("a record is missing");
        }
    }

    private void rotate(int i) {
        Grant grant = store.tokens().findGrant(id("f", i)).orElseThrow();
        long began = System.nanoTime();
        Rotation rotation = store.tokens()
                .rotate(new Presented(
                        grant.familyId(),
                        grant.sequence(),
                        HASH,
                        grant.clientId(),
                        Instant.now(),
                        Duration.ofDays(30),
                        Duration.ofSeconds(120),
                        32));
        rotated = System.nanoTime() - began;
        present(rotation instanceof Rotation.Advanced);
    }

    /** What the rotation alone took, without the reading before it. */
    private long rotated;

    private List<String> times(int calls, int size, IntConsumer verb) {
        for (int i = 0; i < calls / 5; i++) {
            verb.accept(random.nextInt(size));
        }
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            rotated = -1;
            long began = System.nanoTime();
            verb.accept(random.nextInt(size));
            nanos[i] = rotated >= 0 ? rotated : System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return List.of("%.0f".formatted(nanos[calls / 2] / 1e3), "%.0f".formatted(nanos[(int) (calls * 0.99)] / 1e3));
    }

    /** A client, a user and a grant for each number; every hundredth grant is of one and the same client. */
    private void write(int i) {
        Instant end = now.plus(Duration.ofDays(90));
        store.archive().write(new Entry.Client(new RegisteredClient(id("c", i), null, null, METADATA, now, end)));
        store.archive()
                .write(new Entry.Family(
                        new Grant(
                                id("f", i),
                                i % 100 == 0 ? "shared" : id("c", i),
                                id("u", i),
                                "user" + i,
                                "https://echo.example.com/mcp",
                                "mcp",
                                0,
                                now,
                                now,
                                now.plus(Duration.ofDays(30)),
                                end),
                        HASH,
                        now,
                        0));
    }

    /** Writing the same again is harmless, so a store that was away for a moment is asked again. */
    private void writeAtLast(int i) {
        for (int attempt = 0; ; attempt++) {
            try {
                write(i);
                return;
            } catch (StoreException e) {
                if (attempt == 100) {
                    throw e;
                }
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    private void fill(int size) throws Exception {
        var next = new AtomicInteger(filled);
        Callable<Void> writer = () -> {
            for (int i = next.getAndIncrement(); i < size; i = next.getAndIncrement()) {
                writeAtLast(i);
                if ((i + 1) % 50_000 == 0) {
                    System.err.println((i + 1) + " of " + size);
                }
            }
            return null;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(threads.submit(writer));
            }
            for (Future<Void> one : writers) {
                one.get();
            }
        }
        filled = size;
    }
}
