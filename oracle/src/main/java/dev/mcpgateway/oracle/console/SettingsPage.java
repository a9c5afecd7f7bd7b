package dev.mcpgateway.oracle.console;

import io.jstach.jstache.JStache;
import java.util.List;

/** {@code /console/settings}: what this oracle was started with, without secrets. */
@JStache(path = "console/settings")
record SettingsPage(Visit visit, List<Row> rows) implements ConsolePage {
    SettingsPage {
        rows = List.copyOf(rows);
    }

    /**
     * A setting.
     *
     * @param value empty for none
     * @param set whether somebody set it
     */
    record Row(String name, String value, boolean set) {}

    @Override
    public String path() {
        return SETTINGS;
    }

    @Override
    public String html() {
        return SettingsPageRenderer.of().execute(this);
    }
}
