package dev.mcpgateway.standalone;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** {@code ops/quickstart}: the whole gateway on this machine, for trying it out. */
public final class QuickStart {
    /** The name of the demo MCP server among the services. */
    static final String DEMO_SERVICE = "echo";

    private static final int EXIT_CANNOT_START = 1;
    private static final int EXIT_USAGE = 2;

    private QuickStart() {}

    public static void main(String[] arguments) throws InterruptedException {
        Path home = Path.of(System.getenv().getOrDefault("MCPGATEWAY_HOME", "."));
        try {
            QuickStartOptions options = QuickStartOptions.parse(arguments, home);
            if (options.help()) {
                System.out.print(QuickStartOptions.USAGE);
                return;
            }
            LocalGateway gateway = LocalGateway.start(options, System.getenv());
            stopOnSignal(gateway);
            System.out.println(options.json() ? gateway.toJson() : gateway.welcome());
            new CountDownLatch(1).await();
        } catch (QuickStartOptions.UsageException e) {
            exit(EXIT_USAGE, "ops/quickstart: " + e.getMessage());
        } catch (RuntimeException e) {
            // Settings, a port in use, a database in use: each part says in words what keeps it from starting.
            exit(EXIT_CANNOT_START, "The gateway cannot start: " + e.getMessage());
        }
    }

    private static void stopOnSignal(LocalGateway gateway) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            gateway.close();
            System.err.println("Stopped.");
            System.err.flush();
            // The JVM would report the signal as a failure; stopping is what was asked for.
            Runtime.getRuntime().halt(0);
        }));
    }

    private static void exit(int code, String message) {
        System.err.println(message);
        // No shutdown hook is registered yet, and threads of parts that did start must not keep the process alive.
        Runtime.getRuntime().halt(code);
    }
}
