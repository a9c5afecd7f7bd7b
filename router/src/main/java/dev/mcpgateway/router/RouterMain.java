package dev.mcpgateway.router;

import dev.mcpgateway.router.certificate.CertificateStoreException;
import dev.mcpgateway.router.entrypoint.CannotListenException;
import dev.mcpgateway.router.upstream.SessionKeyException;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.lang.System.Logger.Level;
import java.util.Map;

/** The router as a program of its own: settings from the environment, and {@code gateway.yaml}. */
public final class RouterMain {
    private static final System.Logger LOG = System.getLogger(RouterMain.class.getName());
    private static final int CANNOT_START = 1;

    private RouterMain() {}

    public static void main(String[] arguments) {
        try {
            Settings settings = settings(System.getenv());
            Router router = Router.start(RouterSettings.read(settings));
            router.watch(settings.get(KnownSettings.GATEWAY_CONFIG));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(router), "router-stop"));
            LOG.log(
                    Level.INFO,
                    "router state=serving https={0} http={1} management={2} ca={3}",
                    Integer.toString(router.httpsPort()),
                    Integer.toString(router.httpPort()),
                    Integer.toString(router.managementPort()),
                    router.caFile());
        } catch (SettingsException | CannotListenException | CertificateStoreException | SessionKeyException e) {
            System.err.println("The router cannot start: " + e.getMessage());
            System.exit(CANNOT_START);
        }
    }

    /** Ends the process with 0 where the router stopped as it was told, instead of the signal's 143. */
    private static void stop(Router router) {
        router.close();
        Runtime.getRuntime().halt(0);
    }

    private static Settings settings(Map<String, String> environment) {
        Problems problems = new Problems();
        Settings fromEnvironment = new Settings(environment, GatewayFile.empty(), new Problems());
        GatewayFile file = GatewayFile.read(fromEnvironment.get(KnownSettings.GATEWAY_CONFIG), problems);
        return new Settings(environment, file, problems);
    }
}
