package dev.mcpgateway.storage.jdbc;

import io.helidon.dbclient.DbRow;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One row of an answer; columns are counted from 1. */
record Row(DbRow row) {
    String text(int column) {
        return Objects.requireNonNull(optionalText(column));
    }

    @Nullable
    String optionalText(int column) {
        return row.column(column).get(String.class);
    }

    long number(int column) {
        // Whatever size of number the database answers with.
        return row.column(column).get(Number.class).longValue();
    }

    boolean flag(int column) {
        return row.column(column).get(Boolean.class);
    }

    Instant time(int column) {
        return Instant.ofEpochMilli(number(column));
    }
}
