package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.Store.Subscription;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.spi.RevocationCounters;
import dev.mcpgateway.storage.spi.RevocationFeed;
import dev.mcpgateway.storage.spi.RevocationText;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RTopic;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/**
 * Revocations over publish and subscribe. A message is {@code BUCKET:NUMBER:NEWS}, published by the script that revokes
 * and numbered by the counter of its bucket. Between them this store sends itself beats: as long as they arrive and no
 * counter is ahead of the messages, nothing is missed.
 */
final class RedisRevocations implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RedisRevocations.class.getName());

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration INTERVAL_WHILE_LOST = Duration.ofMillis(200);
    private static final int UNHEARD_BEFORE_RESUBSCRIBING = 10;

    private final Redis redis;
    private final RTopic topic;
    private final String beats = "beat:" + UUID.randomUUID() + ":";
    private final RevocationFeed feed = new RevocationFeed();
    private final RevocationCounters counters = new RevocationCounters();
    private final CountDownLatch closed = new CountDownLatch(1);

    private boolean subscribed;
    private long sent;
    private volatile long heard;

    RedisRevocations(Redis redis) {
        this.redis = redis;
        this.topic = redis.client().getTopic(Keys.REVOCATIONS, StringCodec.INSTANCE);
    }

    /** @throws StoreException if it cannot be subscribed to */
    synchronized Subscription watch(RevocationListener listener) {
        if (!subscribed) {
            subscribe();
            compare();
            subscribed = true;
            Thread.ofVirtual().name("store-revocations").start(this::run);
        }
        return feed.watch(listener);
    }

    private void subscribe() {
        try {
            topic.addListener(String.class, (_, message) -> hear(message));
        } catch (RedisException e) {
            throw redis.explain(e);
        }
    }

    private void hear(String message) {
        if (message.startsWith(beats)) {
            heard = Long.parseLong(message.substring(beats.length()));
        } else if (!message.startsWith("beat:")) {
            String[] parts = message.split(":", 3);
            try {
                hear(parts[0], Long.parseLong(parts[1]), parts[2]);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
                // Something else is on the channel. What it means is unknown, so nothing is relied on.
                feed.gap();
            }
        }
    }

    private void hear(String bucket, long number, String news) {
        boolean complete;
        synchronized (counters) {
            complete = counters.delivered(bucket, number);
        }
        if (!complete) {
            feed.gap();
        }
        feed.deliver(RevocationText.parse(news));
    }

    private void run() {
        int unheard = 0;
        try {
            while (!closed.await((unheard == 0 ? INTERVAL : INTERVAL_WHILE_LOST).toMillis(), TimeUnit.MILLISECONDS)) {
                unheard = beat() ? 0 : unheard + 1;
                if (unheard % UNHEARD_BEFORE_RESUBSCRIBING == UNHEARD_BEFORE_RESUBSCRIBING - 1) {
                    resubscribe();
                }
            }
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether revocations arrive. */
    private boolean beat() {
        boolean complete = heard == sent;
        try {
            sent++;
            redis.run(Script.BEAT.on(Keys.revocations(Bucket.ALL.getFirst()), Keys.REVOCATIONS, beats + sent));
            complete &= compare();
        } catch (StoreException e) {
            LOG.log(Logger.Level.DEBUG, "store.beat state=failed", e);
            complete = false;
        }
        if (complete) {
            feed.restored();
        } else {
            feed.lost();
            synchronized (counters) {
                counters.reset();
            }
        }
        return complete;
    }

    private boolean compare() {
        Map<String, Long> numbers = new HashMap<>();
        List<Bucket> buckets = Bucket.ALL;
        Map<String, Long> byKey =
                redis.numbers(buckets.stream().map(Keys::revocations).toList());
        for (Bucket bucket : buckets) {
            Long number = byKey.get(Keys.revocations(bucket));
            if (number != null) {
                numbers.put(bucket.name(), number);
            }
        }
        synchronized (counters) {
            return counters.compare(numbers);
        }
    }

    private void resubscribe() {
        try {
            topic.removeAllListeners();
            subscribe();
        } catch (RedisException | StoreException e) {
            LOG.log(Logger.Level.DEBUG, "store.subscribe state=failed", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        feed.close();
    }
}
