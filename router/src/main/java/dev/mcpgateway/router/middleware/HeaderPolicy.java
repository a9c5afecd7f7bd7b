package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.upstream.HeaderList;
import java.util.Locale;
import java.util.Set;

/**
 * Which header fields pass, in both directions. This is the one place where fields of the client's are dropped that an
 * upstream could take for the router's: identity and forwarding fields under every spelling that some server treats as
 * the same name. Trailers never pass at all.
 */
public final class HeaderPolicy {
    /** As {@link #normalise} gives them. */
    private static final Set<String> OURS = Set.of(
            "forwarded",
            "x-auth-token",
            "x-client-id",
            "x-helidon-cn",
            "x-identity-assertion",
            "x-real-ip",
            "x-request-id",
            "x-scope",
            "x-user-email",
            "x-user-id",
            "x-user-name",
            // would show an upstream another method or target than verify saw
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-uri",
            "x-original-url",
            "x-rewrite-url");

    private static final String[] OUR_PREFIXES = {"gateway-", "x-forwarded-"};

    /**
     * By which others than this router say who a client is, where it comes from or what it wants. A server that was
     * behind one of those may still believe them; what is behind this router may be told them by configuration alone.
     */
    private static final Set<String> OF_OTHER_PROXIES = Set.of(
            "cf-connecting-ip",
            "proxy", // becomes HTTP_PROXY in the environment of CGI programs
            "remote-email",
            "remote-groups",
            "remote-name",
            "remote-user",
            "true-client-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-host",
            "x-http-host-override",
            "x-original-forwarded-for",
            "x-original-host",
            "x-original-method",
            "x-remote-user",
            "x-webauth-user");

    private static final String OF_AUTHENTICATING_PROXIES = "x-auth-request-";

    /** What the protocol says beside the body; verify decides by some of it. */
    private static final String OF_MCP = "mcp-";

    private static final Set<String> NOT_FOR_SERVICES = Set.of("authorization", "cookie");

    /** What only the router says to browsers. */
    private static final Set<String> FROM_ROUTER =
            Set.of("alt-svc", "public-key-pins", "strict-transport-security", "x-request-id");

    /** What a service must not do to other sites of its host, of which the authorization server may be one. */
    private static final Set<String> NOT_FROM_SERVICES = Set.of(
            "clear-site-data", "nel", "report-to", "reporting-endpoints", "service-worker-allowed", "set-cookie");

    private HeaderPolicy() {}

    /** What of a client's request may be seen behind the router: by verify and by the authorization server. */
    public static HeaderList fromClient(HeaderList headers) {
        return HopByHopHeaders.strip(headers).only(HeaderPolicy::isFromClient);
    }

    private static boolean isFromClient(String name) {
        String normal = normalise(name);
        boolean told = isNormalisedOurs(normal)
                || OF_OTHER_PROXIES.contains(normal)
                || normal.startsWith(OF_AUTHENTICATING_PROXIES);
        // Verify would not see it, and a service that takes Mcp_Method for Mcp-Method would.
        boolean disguised = normal.startsWith(OF_MCP) && !normal.equalsIgnoreCase(name);
        return !told && !disguised && !name.equalsIgnoreCase("Host");
    }

    /** What of that may be seen by a service: no credential that is meant for the gateway. */
    public static HeaderList forService(HeaderList fromClient) {
        return fromClient.only(name -> !NOT_FOR_SERVICES.contains(normalise(name)));
    }

    /** What of the authorization server's answer the client gets. */
    public static HeaderList fromOracle(HeaderList headers) {
        return HopByHopHeaders.strip(headers).only(name -> !isOurs(name) && !isFromRouter(normalise(name)));
    }

    /** What of a service's answer the client gets. */
    public static HeaderList fromService(HeaderList headers) {
        return fromOracle(headers).only(name -> !NOT_FROM_SERVICES.contains(normalise(name)));
    }

    /** Whether configuration may change it on the way to a service. */
    static boolean mayBeSetOnRequests(String name) {
        return !isOurs(name) && !HopByHopHeaders.isOne(name) && !name.equalsIgnoreCase("Host");
    }

    /** Whether configuration may change it on the way to a client. */
    static boolean mayBeSetOnAnswers(String name) {
        return !isOurs(name) && !HopByHopHeaders.isOne(name) && !isFromRouter(normalise(name));
    }

    private static boolean isOurs(String name) {
        return isNormalisedOurs(normalise(name));
    }

    private static boolean isNormalisedOurs(String normal) {
        if (OURS.contains(normal)) {
            return true;
        }
        for (String prefix : OUR_PREFIXES) {
            if (normal.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFromRouter(String normal) {
        return FROM_ROUTER.contains(normal) || normal.startsWith("access-control-");
    }

    /** Lower case, and a hyphen for whatever is neither letter nor digit. */
    static String normalise(String name) {
        if (isNormal(name)) {
            return name;
        }
        StringBuilder normal = new StringBuilder(name.toLowerCase(Locale.ROOT));
        for (int i = 0; i < normal.length(); i++) {
            if (!isNormal(normal.charAt(i))) {
                normal.setCharAt(i, '-');
            }
        }
        return normal.toString();
    }

    /** So that nothing is made anew; names come like this in HTTP/2. */
    private static boolean isNormal(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isNormal(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNormal(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
}
