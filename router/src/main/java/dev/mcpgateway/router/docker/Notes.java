package dev.mcpgateway.router.docker;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is to be said about labels, once each and bounded: whoever may start containers writes them. */
public final class Notes {
    /** How many are kept; one more says how many others there are. */
    public static final int MAX = 200;

    private static final int MAX_CHARACTERS = 500;

    private final Set<String> notes = new LinkedHashSet<>();
    private int others;

    /** Adds a sentence. Never with a label's value: some hold passwords. */
    public void add(String container, String note) {
        String clean = "container %s: %s".formatted(container, note).replaceAll("\\p{Cntrl}", "?");
        String bounded = clean.length() > MAX_CHARACTERS ? clean.substring(0, MAX_CHARACTERS) + "..." : clean;
        if (notes.contains(bounded)) {
            return;
        }
        if (notes.size() < MAX) {
            notes.add(bounded);
        } else {
            others++;
        }
    }

    public List<String> all() {
        Set<String> all = new LinkedHashSet<>(notes);
        if (others > 0) {
            all.add("and %d more".formatted(others));
        }
        return List.copyOf(all);
    }
}
