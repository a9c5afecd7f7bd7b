package dev.mcpgateway.demo;

import jakarta.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A call that a tool works on; the client may follow it and call it off. */
final class RunningCall implements AutoCloseable {
    private final Message.Call call;
    private final Optional<EventStream> progress;
    private final Consumer<RunningCall> whenEnded;
    private final CountDownLatch cancelled = new CountDownLatch(1);

    RunningCall(Message.Call call, Optional<EventStream> progress, Consumer<RunningCall> whenEnded) {
        this.call = call;
        this.progress = progress;
        this.whenEnded = whenEnded;
    }

    /** Tells the client, where it wants to know. */
    void report(int done, int total) {
        progress.ifPresent(stream -> stream.send(Json.createObjectBuilder()
                .add("jsonrpc", "2.0")
                .add("method", "notifications/progress")
                .add(
                        "params",
                        Json.createObjectBuilder()
                                .add("progressToken", call.progressToken().orElseThrow())
                                .add("progress", done)
                                .add("total", total)
                                .add("message", done + " of " + total))
                .build()));
    }

    /** Lets this time pass; false at once when the call is called off. */
    boolean pause(Duration time) {
        try {
            return !cancelled.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server stops: as good as called off
            return false;
        }
    }

    void cancel() {
        cancelled.countDown();
    }

    @Override
    public void close() {
        whenEnded.accept(this);
    }
}
