package dev.mcpgateway.oracle;

import dev.mcpgateway.oracle.backup.BackupCommand;
import dev.mcpgateway.oracle.identity.GithubIdentityProvider;
import dev.mcpgateway.oracle.identity.IdentityProvider;
import dev.mcpgateway.oracle.identity.OidcIdentityProvider;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.ServicesWatch;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Healthcheck;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Logging;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.ProgramVersion;
import dev.mcpgateway.settings.Settings;
import dev.mcpgateway.settings.SettingsException;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Runs the oracle until the process is told to stop. Subcommands: {@code export} and {@code import} back up its store,
 * {@code healthcheck} asks a running oracle whether it is ready, {@code train} is for building images, {@code version}.
 */
public final class OracleMain {
    private static final Logger LOGGER = System.getLogger(OracleMain.class.getName());
    private static final int EXIT_CANNOT_START = 1;
    private static final int EXIT_WRONG_USAGE = 2;

    private OracleMain() {}

    public static void main(String[] arguments) {
        try {
            if (arguments.length > 0) {
                Runtime.getRuntime().exit(command(List.of(arguments), System.getenv()));
            }
            run(System.getenv());
        } catch (SettingsException | StoreException | StartException e) {
            System.err.println("The oracle cannot start: " + e.getMessage());
            Runtime.getRuntime().exit(EXIT_CANNOT_START);
        }
    }

    private static void run(Map<String, String> environment) {
        Settings source = source(environment);
        Logging logging = Logging.read(source);
        OracleSettings settings = OracleSettings.read(source);
        logging.start();
        Clock clock = Clock.systemUTC();
        Store store = openStore(settings, clock);
        try {
            Oracle oracle = Oracle.start(settings, store, identityProviders(settings, clock), clock);
            ServicesWatch watch =
                    ServicesWatch.start(settings.source().get(KnownSettings.GATEWAY_CONFIG), settings, oracle::flush);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(watch, oracle, store), "stop"));
            LOGGER.log(
                    Level.INFO,
                    "ready: issuer={0} port={1} management_port={2}",
                    settings.issuer(),
                    Integer.toString(oracle.port()),
                    Integer.toString(oracle.managementPort()));
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static int command(List<String> arguments, Map<String, String> environment) {
        String command = arguments.getFirst();
        if (BackupCommand.NAMES.contains(command)) {
            return backUp(arguments, environment);
        }
        if (command.equals("train") && arguments.size() <= 2) {
            return train(arguments.size() == 2 ? arguments.get(1) : "");
        }
        return switch (String.join(" ", arguments)) {
            case "healthcheck" ->
                Healthcheck.run(
                        KnownSettings.ORACLE_MANAGEMENT_ADDRESS,
                        KnownSettings.ORACLE_MANAGEMENT_PORT,
                        source(environment),
                        System.err);
            case "version" -> {
                System.out.println("oracle " + ProgramVersion.of(OracleMain.class));
                yield 0;
            }
            case String unknown -> {
                System.err.println("Unknown command '" + unknown + "'; accepted are "
                        + String.join(", ", BackupCommand.NAMES)
                        + ", healthcheck, train [STORAGE_URL], version, or none to run the oracle.");
                yield EXIT_WRONG_USAGE;
            }
        };
    }

    private static int train(String storeUrl) {
        try {
            OracleTraining.run(storeUrl);
            System.err.println("training: done");
            return 0;
        } catch (IOException | InterruptedException e) {
            System.err.println("The training failed: " + e.getMessage());
            return EXIT_CANNOT_START;
        }
    }

    private static int backUp(List<String> arguments, Map<String, String> environment) {
        OracleSettings settings = OracleSettings.read(source(environment));
        Clock clock = Clock.systemUTC();
        return new BackupCommand(
                        () -> openStore(settings, clock), settings.issuer().toString(), clock, System.out, System.err)
                .run(arguments);
    }

    private static Store openStore(OracleSettings settings, Clock clock) {
        try {
            return StoreProvider.openAny(settings.storageUrl().reveal(), clock);
        } catch (IllegalArgumentException e) {
            throw new StartException("the URL in STORAGE_URL or REDIS_URL is not accepted: " + e.getMessage(), e);
        }
    }

    private static Settings source(Map<String, String> environment) {
        Problems problems = new Problems();
        var folder = new Settings(environment, GatewayFile.empty(), problems).get(KnownSettings.GATEWAY_CONFIG);
        GatewayFile file = GatewayFile.read(folder, problems);
        return new Settings(environment, file, problems);
    }

    private static List<IdentityProvider> identityProviders(OracleSettings settings, Clock clock) {
        Stream<IdentityProvider> github =
                Stream.ofNullable(settings.github()).map(app -> new GithubIdentityProvider(app, settings.jwtSecrets()));
        Stream<IdentityProvider> installed =
                ServiceLoader.load(IdentityProvider.class).stream().map(ServiceLoader.Provider::get);
        Stream<IdentityProvider> oidc = settings.oidc().stream()
                .map(provider -> new OidcIdentityProvider(provider, settings.jwtSecrets(), clock));
        return Stream.of(github, oidc, installed).flatMap(Function.identity()).toList();
    }

    /** Ends the process with 0 where the oracle stopped as it was told, instead of the signal's 143. */
    private static void stop(ServicesWatch watch, Oracle oracle, Store store) {
        watch.close();
        oracle.close();
        store.close();
        Runtime.getRuntime().halt(0);
    }
}
