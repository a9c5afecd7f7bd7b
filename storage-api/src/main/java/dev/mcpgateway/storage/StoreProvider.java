package dev.mcpgateway.storage;

import java.time.Clock;
import java.util.List;
import java.util.ServiceLoader;

/** A kind of store, found by {@link ServiceLoader} and chosen by the scheme of its URL. */
public interface StoreProvider {
    /** The URL prefixes this provider opens, such as {@code jdbc:h2:}, for use in messages. */
    List<String> schemes();

    /**
     * Opens the store and brings its schema up to date.
     *
     * @param url begins with one of {@link #schemes()}; may hold credentials, so it is never logged whole
     * @param clock decides what has expired
     * @throws StoreException if it cannot be reached, refuses us, or was written by a newer, incompatible program
     */
    Store open(String url, Clock clock);

    /**
     * Opens the store behind this URL with whichever provider is installed for its scheme.
     *
     * @throws IllegalArgumentException if no installed provider knows the scheme; the message names those that are
     * @throws StoreException as {@link #open(String, Clock)}
     */
    static Store openAny(String url, Clock clock) {
        var providers = ServiceLoader.load(StoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return providers.stream()
                .filter(provider -> provider.schemes().stream().anyMatch(url::startsWith))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no store for this URL; accepted are URLs that begin with "
                                + providers.stream()
                                        .flatMap(provider -> provider.schemes().stream())
                                        .sorted()
                                        .toList()))
                .open(url, clock);
    }
}
