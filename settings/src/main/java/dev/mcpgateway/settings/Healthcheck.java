package dev.mcpgateway.settings;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * The subcommand {@code healthcheck} of router and oracle: asks the running service on this machine whether it is
 * ready.
 */
public final class Healthcheck {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int HEALTHY = 0;
    private static final int UNHEALTHY = 1;

    private Healthcheck() {}

    /**
     * Asks {@code /health/ready} of the management listener.
     *
     * @param address what the service listens on; for any address the loopback one is asked
     * @param errors gets one line that says what is wrong
     * @return the exit code, 0 if the service is ready, else 1
     */
    public static int run(Setting<String> address, Setting<Integer> port, Settings settings, PrintStream errors) {
        int portNumber = settings.get(port);
        String host = settings.get(address);
        try {
            URI ready = new URI("http", null, reachable(host), portNumber, "/health/ready", null, null);
            HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout((int) TIMEOUT.toMillis());
            connection.setReadTimeout((int) TIMEOUT.toMillis());
            int status = connection.getResponseCode();
            connection.disconnect();
            if (status == HttpURLConnection.HTTP_OK) {
                return HEALTHY;
            }
            errors.println("not ready: " + ready + " answered " + status);
        } catch (IOException | URISyntaxException e) {
            errors.println("nothing answers at %s port %d (%s); %s and %s say where to ask"
                    .formatted(host, portNumber, e.getMessage(), address.name(), port.name()));
        }
        return UNHEALTHY;
    }

    private static String reachable(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return address.isAnyLocalAddress()
                ? InetAddress.getLoopbackAddress().getHostAddress()
                : address.getHostAddress();
    }
}
