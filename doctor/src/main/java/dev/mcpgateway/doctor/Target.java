package dev.mcpgateway.doctor;

import dev.mcpgateway.doctor.local.Management;
import dev.mcpgateway.doctor.web.Trust;
import dev.mcpgateway.doctor.web.Urls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to examine, and whom to trust meanwhile.
 *
 * @param management null where there is none that we know of
 */
record Target(List<URI> services, Trust trust, @Nullable Management management) {
    private static final String LOCAL_CA = "certificates/local-ca.pem";

    Target {
        services = List.copyOf(services);
    }

    /**
     * Finds out what was not said on the command line.
     *
     * @throws UsageException if nothing says what to examine, or a file cannot be read
     */
    static Target of(Arguments arguments, Map<String, String> environment) {
        Management management = arguments.local()
                ? Management.findOrAssume(arguments.data(), environment, arguments.timeout())
                : Management.find(arguments.data(), environment, arguments.timeout())
                        .orElse(null);
        List<URI> services = arguments.services();
        if (services.isEmpty() && management != null) {
            services = management.services();
        }
        if (services.isEmpty() && environment.containsKey("BASE_DOMAIN")) {
            String issuer = environment.getOrDefault("ISSUER", "https://auth." + environment.get("BASE_DOMAIN"));
            services = Urls.parse(issuer)
                    .map(List::of)
                    .orElseThrow(() ->
                            new UsageException("BASE_DOMAIN or ISSUER in the environment is not good: %s is not a URL."
                                    .formatted(issuer)));
        }
        if (services.isEmpty()) {
            throw new UsageException(
                    "Nothing says what to check: give the URL of an MCP server, name the folder of a running quick start"
                            + " with --data, or set BASE_DOMAIN.");
        }
        return new Target(services, trust(arguments, services), management);
    }

    /** The quick start's own authority is trusted for this machine, where its folder is. */
    private static Trust trust(Arguments arguments, List<URI> services) {
        Path ca = arguments.ca();
        Path local = arguments.data().resolve(LOCAL_CA);
        if (ca == null && Files.isReadable(local) && services.stream().allMatch(Urls::isLoopback)) {
            ca = local;
        }
        if (ca == null) {
            return Trust.system();
        }
        try {
            return Trust.read(ca);
        } catch (IOException e) {
            throw new UsageException("--ca %s cannot be read: %s; accepted is a file of certificates in PEM."
                    .formatted(ca, e.getMessage()));
        }
    }
}
