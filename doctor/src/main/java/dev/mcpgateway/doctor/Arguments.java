package dev.mcpgateway.doctor;

import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a person asked for on the command line.
 *
 * @param services empty if the data folder or the environment says which
 * @param profiles the clients to play
 * @param ca a file of authorities to trust; null for none
 * @param httpPort null for the usual one
 * @param data the folder of a quick start
 */
record Arguments(
        boolean help,
        boolean json,
        boolean signIn,
        boolean readOnly,
        boolean local,
        List<URI> services,
        List<ClientProfile> profiles,
        @Nullable Path ca,
        @Nullable Integer httpPort,
        Path data,
        Duration timeout) {
    private static final int MAX_SERVICES = 100;

    static final String USAGE = """
            Usage: ops/gateway doctor [OPTION ...] [URL]

            Looks at a gateway from outside as MCP clients do, and says in words what is wrong and what to do about it.
            URL is that of an MCP server, as it is given to a client, such as https://echo.example.com/mcp. Without
            one: the services of the quick start (--data DIR), or https://auth.BASE_DOMAIN from the environment.

              --service URL    one more MCP server of the same gateway; may be repeated
              --sign-in        sign in as each client too: prints the pages to open in a browser, and waits
              --client NAME    play this client only: %s; may be repeated
              --read-only      register nothing
              --local          look at the management listeners too, on the gateway's own machine
              --data DIR       the folder of the quick start (data)
              --ca FILE        trust the authorities in this PEM file too
              --http-port N    where plain HTTP is, if not 80 beside 443 or 8080 beside 8443
              --timeout N      seconds for each request, 1 to 120 (10)
              --json           print one JSON document
              --help           this text

            It registers clients at the authorization server, and deletes them again where the server lets it; with
            --read-only it changes nothing. docs/guide/doctor.md says what each finding means.

            Exit codes: 0 no problem, 1 problems, 2 wrong usage, 3 nothing answered.
            """.formatted(names());

    Arguments {
        services = List.copyOf(services);
        profiles = List.copyOf(profiles);
    }

    /**
     * Reads the command line.
     *
     * @throws UsageException naming the option and what is accepted
     */
    static Arguments parse(List<String> line) {
        boolean help = false;
        boolean json = false;
        boolean signIn = false;
        boolean readOnly = false;
        boolean local = false;
        List<URI> services = new ArrayList<>();
        List<ClientProfile> profiles = new ArrayList<>();
        Path ca = null;
        Integer httpPort = null;
        Path data = Path.of("data");
        Duration timeout = Duration.ofSeconds(10);
        for (int i = 0; i < line.size(); i++) {
            String option = line.get(i);
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--json" -> json = true;
                case "--sign-in" -> signIn = true;
                case "--read-only" -> readOnly = true;
                case "--local" -> local = true;
                case "--service" -> services.add(url(value(line, ++i, option)));
                case "--client" -> profiles.add(profile(value(line, ++i, option)));
                case "--ca" -> ca = Path.of(value(line, ++i, option));
                case "--http-port" -> httpPort = number(option, value(line, ++i, option), 1, 65_535);
                case "--data" -> data = Path.of(value(line, ++i, option));
                case "--timeout" -> timeout = Duration.ofSeconds(number(option, value(line, ++i, option), 1, 120));
                default -> {
                    if (option.startsWith("-")) {
                        throw new UsageException("Unknown option '" + option + "'; --help lists them.");
                    }
                    services.add(url(option));
                }
            }
        }
        if (signIn && readOnly) {
            throw new UsageException("--sign-in registers clients, which --read-only forbids; leave one of them out.");
        }
        if (services.size() > MAX_SERVICES) {
            throw new UsageException("At most %d services can be named.".formatted(MAX_SERVICES));
        }
        return new Arguments(
                help,
                json,
                signIn,
                readOnly,
                local,
                services.stream().distinct().toList(),
                profiles.isEmpty() ? ClientProfile.ALL : profiles,
                ca,
                httpPort,
                data,
                timeout);
    }

    private static String value(List<String> line, int index, String option) {
        if (index >= line.size()) {
            throw new UsageException(option + " needs a value; see --help.");
        }
        return line.get(index);
    }

    private static URI url(String text) {
        return Urls.parse(text)
                .filter(uri -> uri.getRawFragment() == null)
                .orElseThrow(() -> new UsageException(
                        "'%s' is not a URL that can be checked; accepted is one such as https://echo.example.com/mcp."
                                .formatted(text)));
    }

    private static ClientProfile profile(String name) {
        return ClientProfile.named(name)
                .orElseThrow(() ->
                        new UsageException("--client '%s' is not known; accepted are %s.".formatted(name, names())));
    }

    private static String names() {
        return ClientProfile.ALL.stream().map(ClientProfile::name).collect(Collectors.joining(", "));
    }

    private static int number(String option, String value, int least, int greatest) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= greatest) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below, together with what is out of range
        }
        throw new UsageException(
                "%s '%s': accepted is a number from %d to %d.".formatted(option, value, least, greatest));
    }
}
