package dev.mcpgateway.settings;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with the settings, collected so that it is reported together. Not thread-safe. */
public final class Problems {
    private final List<String> found = new ArrayList<>();

    /** Adds one sentence that names the setting, what is accepted and how to mend it. Never with a secret's value. */
    public void add(String problem) {
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    public List<String> all() {
        return List.copyOf(found);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** @throws SettingsException with every problem, if there is any */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new SettingsException(found);
        }
    }
}
