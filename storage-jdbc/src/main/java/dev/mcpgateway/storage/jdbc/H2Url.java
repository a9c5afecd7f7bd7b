package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.StoreException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The URL of an H2 database with the options that durability needs.
 *
 * @param name the database without its options, for messages
 * @param url with all options
 */
record H2Url(String name, String url) {
    static final String SCHEME = "jdbc:h2:";

    /**
     * With any other write delay, H2 answers before it has written: all of 200 acknowledged inserts were lost on a hard
     * stop. Closing on exit would race with requests that are still served.
     */
    private static final Map<String, String> REQUIRED = Map.of("WRITE_DELAY", "0", "DB_CLOSE_ON_EXIT", "FALSE");

    /** How long a statement waits for a row that another transaction holds. */
    private static final String LOCK_TIMEOUT_MILLIS = "2000";

    /** @throws StoreException if the URL sets a required option to something else */
    static H2Url parse(String url) {
        String[] parts = url.split(";", -1);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                options.put(parts[i].substring(0, equals).toUpperCase(Locale.ROOT), parts[i].substring(equals + 1));
            }
        }
        REQUIRED.forEach((option, value) -> {
            String given = options.getOrDefault(option, value);
            if (!given.equalsIgnoreCase(value)) {
                throw new StoreException(
                        "the store's URL sets %s=%s, which loses what was acknowledged; accepted is %s=%s"
                                .formatted(option, given, option, value));
            }
            options.put(option, value);
        });
        options.putIfAbsent("LOCK_TIMEOUT", LOCK_TIMEOUT_MILLIS);
        String suffix = options.entrySet().stream()
                .map(option -> ";" + option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining());
        return new H2Url(parts[0], parts[0] + suffix);
    }
}
