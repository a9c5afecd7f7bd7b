package dev.mcpgateway.standalone;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a person asked for on the command line.
 *
 * @param httpsPort 0 picks a free one
 * @param httpPort 0 picks a free one
 * @param services name to upstream URL, beside the demo server, in the order given
 * @param json whether to print one machine-readable line instead of text
 */
record QuickStartOptions(
        boolean help, boolean json, int httpsPort, int httpPort, Path data, Map<String, URI> services) {
    static final String USAGE = """
            Usage: ops/quickstart [OPTION ...]

            Starts the gateway on this machine, with embedded storage and a demo MCP server behind it.

              --service NAME=URL  put your own MCP server behind the gateway at /NAME/mcp; the URL has the server's
                                  path, such as notes=http://127.0.0.1:3000/mcp; may be repeated
              --port N            HTTPS port (8443); 0 picks a free one
              --http-port N       port that redirects to HTTPS (8080); 0 picks a free one
              --data DIR          where everything is kept (data, below this checkout)
              --json              print one line of JSON when ready: issuer, services, ca, https, http
              --help              this text

            Settings such as ACCESS_TOKEN_LIFETIME=15m are taken from the environment; docs/reference/settings.md lists
            them. Ctrl-C stops the gateway.
            """;

    QuickStartOptions {
        services = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(services));
    }

    /** What is wrong with the command line, in words. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /**
     * Reads the command line.
     *
     * @param home the checkout, whose {@code data} folder is the default
     * @throws UsageException naming the option and what is accepted
     */
    static QuickStartOptions parse(String[] arguments, Path home) {
        boolean help = false;
        boolean json = false;
        int httpsPort = 8443;
        int httpPort = 8080;
        Path data = home.resolve("data");
        Map<String, URI> services = new LinkedHashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--json" -> json = true;
                case "--port" -> httpsPort = port(option, value(arguments, ++i, option));
                case "--http-port" -> httpPort = port(option, value(arguments, ++i, option));
                case "--data" -> data = Path.of(value(arguments, ++i, option));
                case "--service" -> addService(services, value(arguments, ++i, option));
                default ->
                    throw new UsageException("unknown option '" + option + "'; ops/quickstart --help lists them");
            }
        }
        return new QuickStartOptions(
                help, json, httpsPort, httpPort, data.toAbsolutePath().normalize(), services);
    }

    private static String value(String[] arguments, int index, String option) {
        if (index >= arguments.length) {
            throw new UsageException(option + " needs a value; see ops/quickstart --help");
        }
        return arguments[index];
    }

    private static int port(String option, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException _) {
            // told below, together with what is out of range
        }
        throw new UsageException("%s %s: accepted is a port number from 0 to 65535".formatted(option, value));
    }

    private static void addService(Map<String, URI> services, String value) {
        int equals = value.indexOf('=');
        if (equals <= 0) {
            throw new UsageException(
                    "--service %s: accepted is NAME=URL, such as notes=http://127.0.0.1:3000/mcp".formatted(value));
        }
        String name = value.substring(0, equals);
        if (name.equals(QuickStart.DEMO_SERVICE) || services.containsKey(name)) {
            throw new UsageException("--service %s: the name '%s' is taken; choose another".formatted(value, name));
        }
        try {
            services.put(name, URI.create(value.substring(equals + 1)));
        } catch (IllegalArgumentException _) {
            throw new UsageException(
                    "--service %s: not a URL; accepted is one such as http://127.0.0.1:3000/mcp".formatted(value));
        }
    }
}
