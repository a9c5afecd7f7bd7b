package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.redis.Script.Call;
import dev.mcpgateway.storage.spi.Circuit;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisClusterDownException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisLoadingException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.codec.StringCodec;

/**
 * Runs scripts. No more callers at a time than a small multiple of the connections, none of them longer than
 * {@link #TIMEOUT}; every failure is a {@link StoreException} that names the store.
 */
final class Redis implements AutoCloseable {
    /** For an answer, unless a test is less patient. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final Logger LOG = System.getLogger(Redis.class.getName());

    private static final int CALLERS_PER_CONNECTION = 4;
    private static final Duration REPLICA_TIMEOUT = Duration.ofMillis(500);
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    private final RedisUrl url;
    private final RedissonClient client;
    private final Duration timeout;
    private final Circuit circuit;
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - WARNING_INTERVAL.toNanos());

    private Redis(RedisUrl url, RedissonClient client, Duration timeout) {
        this.url = url;
        this.client = client;
        this.timeout = timeout;
        this.circuit = new Circuit(url.name(), url.connections() * CALLERS_PER_CONNECTION, Redis::isAway, this::probe);
    }

    /**
     * Connects to Redis.
     *
     * @param timeout for an answer
     * @throws StoreException if it cannot be reached or refuses us
     */
    static Redis open(RedisUrl url, Duration timeout) {
        return new Redis(url, Connecting.to(url), timeout);
    }

    /** For messages. */
    String name() {
        return url.name();
    }

    RedissonClient client() {
        return client;
    }

    Reply run(Call call) {
        return runAll(List.of(call)).getFirst();
    }

    /** Runs the scripts at the same time, in no order. Each is atomic, all of them are not. */
    List<Reply> runAll(List<Call> calls) {
        return circuit.call(() -> ask(calls));
    }

    /** Records in the order of their ids; empty ones for those that do not exist. */
    List<Fields> read(List<String> ids, Function<String, String> key) {
        Map<String, Fields> byKey = new HashMap<>();
        List<List<String>> groups = byBucket(ids.stream().map(key).distinct().toList());
        List<Reply> replies = runAll(groups.stream().map(Script.READ::on).toList());
        for (int i = 0; i < groups.size(); i++) {
            List<Fields> records = replies.get(i).records();
            for (int j = 0; j < records.size(); j++) {
                byKey.put(groups.get(i).get(j), records.get(j));
            }
        }
        return ids.stream()
                .map(id -> Objects.requireNonNull(byKey.get(key.apply(id))))
                .toList();
    }

    /** The numbers under those of the keys that exist. */
    Map<String, Long> numbers(List<String> keys) {
        Map<String, Long> numbers = new HashMap<>();
        List<List<String>> groups = byBucket(keys);
        List<Reply> replies = runAll(groups.stream().map(Script.GET::on).toList());
        for (int i = 0; i < groups.size(); i++) {
            for (int j = 0; j < groups.get(i).size(); j++) {
                String value = replies.get(i).text(j);
                if (!value.isEmpty()) {
                    numbers.put(groups.get(i).get(j), Long.parseLong(value));
                }
            }
        }
        return numbers;
    }

    private static List<List<String>> byBucket(List<String> keys) {
        Function<String, String> tag = key -> key.substring(key.indexOf('{'), key.indexOf('}'));
        Collection<List<String>> groups = keys.stream()
                .collect(Collectors.groupingBy(tag, LinkedHashMap::new, Collectors.toList()))
                .values();
        return List.copyOf(groups);
    }

    private List<CompletableFuture<Reply>> start(List<Call> calls) {
        return calls.stream()
                .map(call -> call.script().writing() && url.replicas() > 0 ? startReplicated(call) : start(call))
                .toList();
    }

    private CompletableFuture<Reply> start(Call call) {
        return client.getScript(StringCodec.INSTANCE)
                .<List<Object>>evalAsync(
                        call.keys().getFirst(),
                        RScript.Mode.READ_WRITE,
                        call.script().lua(),
                        RScript.ReturnType.LIST,
                        List.copyOf(call.keys()),
                        call.arguments().toArray())
                .toCompletableFuture()
                .thenApply(Redis::reply);
    }

    /** The answer counts when replicas have what was written, too; without them it is late, but the write is done. */
    private CompletableFuture<Reply> startReplicated(Call call) {
        RBatch batch =
                client.createBatch(BatchOptions.defaults().retryAttempts(0).sync(url.replicas(), REPLICA_TIMEOUT));
        var _ = batch.getScript(StringCodec.INSTANCE)
                .<List<Object>>evalAsync(
                        call.keys().getFirst(),
                        RScript.Mode.READ_WRITE,
                        call.script().lua(),
                        RScript.ReturnType.LIST,
                        List.copyOf(call.keys()),
                        call.arguments().toArray());
        return batch.executeAsync().toCompletableFuture().thenApply(this::replicated);
    }

    @SuppressWarnings("unchecked") // The batch holds one script, which answers with a list.
    private Reply replicated(BatchResult<?> result) {
        if (result.getSyncedSlaves() < url.replicas()) {
            warnOfReplicas(result.getSyncedSlaves());
        }
        return reply((List<Object>) result.getResponses().getFirst());
    }

    private void warnOfReplicas(int answered) {
        long now = System.nanoTime();
        long last = warned.get();
        if (now - last >= WARNING_INTERVAL.toNanos() && warned.compareAndSet(last, now)) {
            LOG.log(
                    Logger.Level.WARNING,
                    "store.replicas store=\"{0}\" expected={1} answered={2}: writes are on the master only",
                    name(),
                    url.replicas(),
                    answered);
        }
    }

    private static Reply reply(@Nullable List<Object> answer) {
        return new Reply(
                answer == null
                        ? List.of()
                        : answer.stream().map(Object::toString).toList());
    }

    private List<Reply> await(List<CompletableFuture<Reply>> replies)
            throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + timeout.toNanos();
        List<Reply> all = new ArrayList<>();
        for (CompletableFuture<Reply> reply : replies) {
            // Our own time-out: an answer has been seen to get lost inside the client.
            all.add(reply.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        }
        return all;
    }

    private List<Reply> ask(List<Call> calls) {
        try {
            return await(start(calls));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(name() + " was not waited for", e);
        } catch (TimeoutException e) {
            throw new StoreException(name() + " did not answer within " + timeout.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw explain(e.getCause() == null ? e : e.getCause());
        } catch (RedisException e) {
            throw explain(e);
        }
    }

    private void probe() {
        ask(List.of(Script.GET.on(Keys.revocations(Bucket.ALL.getFirst()))));
    }

    private static boolean isAway(RuntimeException failure) {
        Throwable cause = failure.getCause();
        return cause instanceof TimeoutException
                || cause instanceof RedisTimeoutException
                || cause instanceof RedisConnectionException;
    }

    /** What went wrong, in words that help; keys and values stay out. */
    StoreException explain(Throwable failure) {
        return new StoreException(name() + " " + reason(failure), failure);
    }

    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case RedisTimeoutException _ -> "did not answer in time";
            case RedisConnectionException _ -> "cannot be reached";
            case RedisOutOfMemoryException _ -> "is full: maxmemory is reached, so nothing can be written; raise it";
            case RedisLoadingException _ -> "is still loading its data";
            case RedisReadonlyException _ -> "is a replica that takes no writes at present";
            case RedisClusterDownException _ -> "is a Cluster that is not complete at present";
            case RedisAuthRequiredException _ -> "does not accept this user and password";
            default -> {
                if (message.contains("MISCONF")) {
                    yield "cannot write to its disk, so it takes no writes (MISCONF); see its log";
                }
                if (message.contains("NOPERM") || message.contains("ACL failure")) {
                    yield "does not let this user do what is needed (NOPERM)";
                }
                yield "did not do what it was asked (" + failure.getClass().getSimpleName() + ")";
            }
        };
    }

    @Override
    public void close() {
        circuit.close();
        client.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
