package dev.mcpgateway.router.upstream;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request as it goes over the wire, byte for byte. What is not of the form below is refused with
 * {@link IllegalArgumentException}.
 *
 * @param method a token, in the case given; not {@code CONNECT}
 * @param target origin form in visible ASCII, sent as it is
 * @param headers end-to-end fields. The client adds {@code Content-Length} or {@code Transfer-Encoding}, and
 *     {@code Host} where there is none; more than one {@code Host}, a framing field or a hop-by-hop field is refused
 */
public record UpstreamRequest(
        String method, String target, HeaderList headers, RequestBody body, UpstreamTimeouts timeouts) {
    private static final Set<String> NOT_END_TO_END = inAnyCase(
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    public UpstreamRequest {
        if (!HttpGrammar.isToken(method) || method.equalsIgnoreCase("CONNECT")) {
            throw new IllegalArgumentException("Not a method that can be forwarded");
        }
        if (!HttpGrammar.isOriginForm(target)) {
            throw new IllegalArgumentException(
                    "Not a request target in origin form: it starts with / and is visible ASCII");
        }
        for (HeaderList.Header header : headers) {
            if (NOT_END_TO_END.contains(header.name())) {
                throw new IllegalArgumentException(header.name() + " belongs to one connection and is not forwarded");
            }
        }
        if (headers.all("Host").size() > 1) {
            throw new IllegalArgumentException("More than one Host");
        }
    }

    /** Names are looked up as they are written; to put each in lower case first would cost more than the look. */
    private static Set<String> inAnyCase(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }

    /** Whether sending it twice does no more than sending it once, and needs nothing that was read away. */
    boolean isRepeatable() {
        return SAFE.contains(method) && body instanceof RequestBody.None;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Without query and header values: they may hold credentials. */
    @Override
    public String toString() {
        return method + " " + target.split("\\?", 2)[0];
    }
}
