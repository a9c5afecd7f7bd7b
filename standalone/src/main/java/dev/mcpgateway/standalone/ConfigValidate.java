package dev.mcpgateway.standalone;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** {@code ops/gateway config validate DIR}: reads the settings as router and oracle would, and starts nothing. */
public final class ConfigValidate {
    private ConfigValidate() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        try {
            int services = validate(folder, System.getenv());
            System.out.printf(
                    "%s and the environment are fine: %d service(s).%n", folder.resolve(GatewayFile.NAME), services);
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            Runtime.getRuntime().exit(1);
        }
    }

    /**
     * Validates.
     *
     * @return how many services the file names
     * @throws SettingsException with every problem that router or oracle would report
     */
    static int validate(Path folder, Map<String, String> environment) {
        Map<String, String> checked = new HashMap<>(environment);
        if (!checked.containsKey("GATEWAY_JWT_SECRET_FILE")) {
            // Left out, it would be made in KEYS_DIR; a check must leave no traces.
            checked.putIfAbsent(
                    KnownSettings.GATEWAY_JWT_SECRET.name(), Secret.random().reveal());
        }
        Problems problems = new Problems();
        GatewayFile file = GatewayFile.read(folder, problems);
        Settings settings = new Settings(checked, file, problems);
        SettingsCheck.check(settings);
        return file.services().size();
    }
}
