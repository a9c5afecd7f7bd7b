package dev.mcpgateway.storage.jdbc;

import io.helidon.dbclient.DbExecute;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs statements, on their own or inside a transaction. Parameters that are {@link Instant} go in as milliseconds. */
record Sql(DbExecute execute) {
    /** @return how many rows changed */
    long update(String statement, @Nullable Object... parameters) {
        return execute.createDmlStatement(statement).params(values(parameters)).execute();
    }

    <T> Optional<T> find(String statement, Function<Row, T> mapper, @Nullable Object... parameters) {
        return execute.createGet(statement).params(values(parameters)).execute().map(row -> mapper.apply(new Row(row)));
    }

    <T> List<T> list(String statement, Function<Row, T> mapper, @Nullable Object... parameters) {
        try (Stream<io.helidon.dbclient.DbRow> rows =
                execute.createQuery(statement).params(values(parameters)).execute()) {
            return rows.map(row -> mapper.apply(new Row(row))).toList();
        }
    }

    private static List<?> values(@Nullable Object... parameters) {
        return Arrays.stream(parameters)
                .map(parameter -> parameter instanceof Instant time ? (Object) time.toEpochMilli() : parameter)
                .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
    }
}
