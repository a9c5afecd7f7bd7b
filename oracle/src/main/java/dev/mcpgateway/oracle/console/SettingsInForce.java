package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.admin.ConfigDocument;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Owner;
import dev.mcpgateway.settings.Setting;
import jakarta.json.JsonObject;
import java.util.List;

/** Every setting of the oracle with its value, in the order of the reference. Secrets show that they are there. */
final class SettingsInForce {
    private SettingsInForce() {}

    static List<SettingsPage.Row> of(OracleSettings settings) {
        JsonObject inForce = ConfigDocument.of(settings);
        return KnownSettings.all().stream()
                .filter(setting -> setting.owner() != Owner.ROUTER)
                .map(setting -> new SettingsPage.Row(
                        setting.name(),
                        value(setting, settings, inForce),
                        settings.source().isSet(setting)))
                .toList();
    }

    /** What follows from other settings, or was made at the first start, is known to those who use it. */
    private static String value(Setting<?> setting, OracleSettings settings, JsonObject inForce) {
        String shown = settings.source().shown(setting);
        return shown.isEmpty() ? inForce.getString(setting.name(), "") : shown;
    }
}
