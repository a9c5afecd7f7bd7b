package dev.mcpgateway.settings;

import java.util.List;

/** The settings cannot be used. The message lists every problem, one a line, ready to be shown to a person. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingsException(List<String> problems) {
        super("the settings have " + (problems.size() == 1 ? "a problem" : problems.size() + " problems") + ":\n  - "
                + String.join("\n  - ", problems));
    }
}
