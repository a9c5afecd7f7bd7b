package dev.mcpgateway.storage.jdbc;

import io.helidon.dbclient.DbClientException;
import io.helidon.dbclient.DbExecute;
import io.helidon.dbclient.DbRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SQL with {@code ?} parameters, in a transaction or each statement for itself. None begins when time is over. */
final class Statements {
    private final DbExecute execute;
    private final DatabaseUrl url;
    private final long end;
    private final List<Runnable> afterCommit = new ArrayList<>();

    Statements(DbExecute execute, DatabaseUrl url, Duration time) {
        this.execute = execute;
        this.url = url;
        this.end = System.nanoTime() + time.toNanos();
    }

    <T> Optional<T> first(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        checkTime();
        // Statements are named by themselves: an unnamed one is given a name by hashing it on every call.
        return execute.createNamedGet(sql, sql)
                .params(held(parameters))
                .execute()
                .map(row -> read.apply(new Row(row, url)));
    }

    <T> List<T> list(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        checkTime();
        try (Stream<DbRow> rows =
                execute.createNamedQuery(sql, sql).params(held(parameters)).execute()) {
            return rows.map(row -> read.apply(new Row(row, url))).toList();
        }
    }

    /** Returns the number of rows changed. */
    long update(String sql, @Nullable Object... parameters) {
        checkTime();
        return execute.createNamedDmlStatement(sql, sql)
                .params(held(parameters))
                .execute();
    }

    /** What is to be done once the transaction is committed, and only then. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    List<Runnable> actionsAfterCommit() {
        return afterCommit;
    }

    private List<@Nullable Object> held(@Nullable Object[] parameters) {
        return Arrays.stream(parameters)
                .map(parameter -> parameter instanceof String text ? url.hold(text) : parameter)
                .toList();
    }

    private void checkTime() {
        if (System.nanoTime() - end > 0) {
            throw new DbClientException("out of time");
        }
    }
}
