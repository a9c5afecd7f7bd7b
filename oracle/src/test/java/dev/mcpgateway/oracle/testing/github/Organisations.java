package dev.mcpgateway.oracle.testing.github;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is in which organisation and team; letter case makes no difference. */
final class Organisations {
    private final Map<String, String> states = new ConcurrentHashMap<>();
    private final Set<String> withSignOn = ConcurrentHashMap.newKeySet();
    private final Set<String> restricted = ConcurrentHashMap.newKeySet();

    /** @param place {@code acme} or {@code acme/platform} */
    void put(String place, String login, String state) {
        states.put(key(place, login), state);
    }

    void remove(String place, String login) {
        states.remove(key(place, login));
        states.keySet().removeIf(key -> key.startsWith(lower(place) + "/") && key.endsWith(" " + lower(login)));
    }

    /** {@code active} or {@code pending}; empty for none. */
    String state(String place, String login) {
        return states.getOrDefault(key(place, login), "");
    }

    void wantSignOn(String organisation) {
        withSignOn.add(lower(organisation));
    }

    void restrict(String organisation) {
        restricted.add(lower(organisation));
    }

    boolean wantsSignOn(String organisation) {
        return withSignOn.contains(lower(organisation));
    }

    boolean isRestricted(String organisation) {
        return restricted.contains(lower(organisation));
    }

    private static String key(String place, String login) {
        return lower(place) + " " + lower(login);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
