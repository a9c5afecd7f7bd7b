package dev.mcpgateway.router;

import dev.mcpgateway.router.certificate.CertificateStoreException;
import dev.mcpgateway.router.entrypoint.CannotListenException;
import dev.mcpgateway.router.upstream.SessionKeyException;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Healthcheck;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Logging;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.ProgramVersion;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;

/**
 * The router as a program of its own: settings from the environment, and {@code gateway.yaml}. Subcommands:
 * {@code healthcheck} asks a running router whether it is ready, {@code train} is for building images, {@code version}.
 */
public final class RouterMain {
    private static final System.Logger LOG = System.getLogger(RouterMain.class.getName());
    private static final int CANNOT_START = 1;
    private static final int WRONG_USAGE = 2;

    private RouterMain() {}

    public static void main(String[] arguments) {
        if (arguments.length > 0) {
            System.exit(command(List.of(arguments)));
        }
        try {
            Settings settings = settings(System.getenv());
            Logging logging = Logging.read(settings);
            RouterSettings read = RouterSettings.read(settings);
            logging.start();
            Router router = Router.start(read);
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

    private static int command(List<String> arguments) {
        return switch (String.join(" ", arguments)) {
            case "healthcheck" ->
                Healthcheck.run(
                        KnownSettings.ROUTER_MANAGEMENT_ADDRESS,
                        KnownSettings.ROUTER_MANAGEMENT_PORT,
                        settings(System.getenv()),
                        System.err);
            case "train" -> train();
            case "version" -> {
                System.out.println("router " + ProgramVersion.of(RouterMain.class));
                yield 0;
            }
            case String unknown -> {
                System.err.println("Unknown command '" + unknown
                        + "'; accepted are healthcheck, train, version, or none to run the router.");
                yield WRONG_USAGE;
            }
        };
    }

    private static int train() {
        try {
            int answered = RouterTraining.run();
            int missing = RouterTraining.requests() - answered;
            System.err.println("training: " + answered + " requests answered, " + missing + " not");
            return missing == 0 ? 0 : CANNOT_START;
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            System.err.println("The training failed: " + e);
            return CANNOT_START;
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
