package dev.mcpgateway.demo;

import jakarta.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What one client started with {@code initialize}: its event stream and its calls in progress. */
final class Session implements AutoCloseable {
    private final String id;
    private final Map<JsonValue, RunningCall> calls = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable EventStream> stream = new AtomicReference<>();

    Session(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Makes this the session's only event stream: a client that listens again has lost the one before. */
    void listen(EventStream newStream) {
        closeStream(stream.getAndSet(newStream));
    }

    /** The caller closes it when the call is answered. */
    RunningCall begin(Message.Call call, Optional<EventStream> progress) {
        RunningCall running = new RunningCall(call, progress, ended -> calls.remove(call.id(), ended));
        calls.put(call.id(), running);
        return running;
    }

    void heed(Message.Notification notification) {
        if (notification.method().equals("notifications/cancelled")) {
            RunningCall running = calls.get(notification.params().getOrDefault("requestId", JsonValue.NULL));
            if (running != null) {
                running.cancel();
            }
        }
    }

    /** Ends its event stream and cancels its calls. */
    @Override
    public void close() {
        closeStream(stream.getAndSet(null));
        calls.values().forEach(RunningCall::cancel);
    }

    private static void closeStream(@Nullable EventStream stream) {
        if (stream != null) {
            stream.end();
        }
    }
}
