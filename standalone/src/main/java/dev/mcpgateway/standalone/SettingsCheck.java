package dev.mcpgateway.standalone;

import dev.mcpgateway.oracle.Oracle;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.router.RouterSettings;
import dev.mcpgateway.settings.Logging;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.util.function.Consumer;

/** Reads settings as both services do, so that a person learns of all their problems at once. */
final class SettingsCheck {
    private SettingsCheck() {}

    /** @throws SettingsException with every problem of router and oracle */
    static void check(Settings settings) {
        collect(Logging::read, settings);
        // The oracle comes last: it makes a secret where there is none, but only if nothing is wrong so far.
        collect(RouterSettings::read, settings);
        collect(checked -> Oracle.check(OracleSettings.read(checked)), settings);
        settings.problems().throwIfAny();
    }

    private static void collect(Consumer<Settings> reader, Settings settings) {
        try {
            reader.accept(settings);
        } catch (SettingsException _) {
            // Its problems are in the settings, where those of the other reader join them.
        }
    }
}
