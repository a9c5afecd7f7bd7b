package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record as Redis keeps it: texts by their names. */
record Fields(Map<String, String> values) {
    /** Reads names and values in turn. */
    static Fields of(List<String> namesAndValues) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            values.put(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
        return new Fields(values);
    }

    static Fields create() {
        return new Fields(new LinkedHashMap<>());
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** Null is left out. */
    Fields with(String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
        return this;
    }

    Fields with(String name, long value) {
        return with(name, Long.toString(value));
    }

    Fields with(String name, Instant value) {
        return with(name, EpochMillis.of(value));
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("a record in the store lacks its field " + name);
        }
        return value;
    }

    @Nullable
    String textOrNull(String name) {
        return values.get(name);
    }

    long number(String name) {
        return Long.parseLong(text(name));
    }

    Instant instant(String name) {
        return Instant.ofEpochMilli(number(name));
    }

    /** Names and values in turn, behind other arguments of a script. */
    Object[] after(Object... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        values.forEach((name, value) -> {
            all.add(name);
            all.add(value);
        });
        return all.toArray();
    }
}
