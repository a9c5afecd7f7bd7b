package dev.mcpgateway.storage.jdbc;

import io.helidon.dbclient.DbRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of a result. Columns are counted from 1, because databases differ in the case of their names. */
record Row(DbRow row, DatabaseUrl url) {
    String text(int column) {
        return url.release(row.column(column).get(String.class));
    }

    @Nullable
    String textOrNull(int column) {
        String held = row.column(column).get(String.class);
        return held == null ? null : url.release(held);
    }

    long number(int column) {
        return row.column(column).get(Number.class).longValue();
    }

    Instant instant(int column) {
        return Instant.ofEpochMilli(number(column));
    }

    boolean flag(int column) {
        return row.column(column).get(Boolean.class);
    }
}
