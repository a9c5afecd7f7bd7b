package dev.mcpgateway.storage.jdbc;

import io.helidon.dbclient.DbExecute;
import io.helidon.dbclient.DbRow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** SQL with {@code ?} parameters, in a transaction or each statement for itself. */
record Statements(DbExecute execute) {
    <T> Optional<T> first(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        // Statements are named by themselves: an unnamed one is given a name by hashing it on every call.
        return execute.createNamedGet(sql, sql)
                .params(Arrays.asList(parameters))
                .execute()
                .map(row -> read.apply(new Row(row)));
    }

    <T> List<T> list(String sql, Function<Row, T> read, @Nullable Object... parameters) {
        try (Stream<DbRow> rows = execute.createNamedQuery(sql, sql)
                .params(Arrays.asList(parameters))
                .execute()) {
            return rows.map(row -> read.apply(new Row(row))).toList();
        }
    }

    /** Returns the number of rows changed. */
    long update(String sql, @Nullable Object... parameters) {
        return execute.createNamedDmlStatement(sql, sql)
                .params(Arrays.asList(parameters))
                .execute();
    }
}
