package dev.mcpgateway.storage.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Does things at the same time. */
final class Race {
    private Race() {}

    /** Runs the calls on as many virtual threads, which start together; returns what they returned, in order. */
    static <T> List<T> of(int calls, IntFunction<T> call) throws Exception {
        List<Callable<T>> racers = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            int number = i;
            racers.add(() -> call.apply(number));
        }
        return of(racers);
    }

    static <T> List<T> of(List<Callable<T>> calls) throws Exception {
        var start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> call : calls) {
                running.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> result : running) {
                results.add(result.get(60, TimeUnit.SECONDS));
            }
            return results;
        }
    }
}
