package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.http2.Field;
import dev.mcpgateway.router.http2.Http2Stream;
import dev.mcpgateway.router.upstream.HeaderList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the head of an HTTP/2 request as strictly as that of one in HTTP/1.1, which it becomes on its way to the
 * upstream: what would be syntax there is refused here.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.2">RFC 9113, sections 8.2 and 8.3</a>
 */
final class Http2Head {
    private static final Set<String> PSEUDO = Set.of(":method", ":scheme", ":authority", ":path");
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "http2-settings");

    private final Map<String, String> pseudo = new HashMap<>();
    private final HeaderList.Builder headers = HeaderList.builder();
    private final StringBuilder cookies = new StringBuilder();

    private Http2Head() {}

    static RequestHead parse(Http2Stream stream) throws RefusedRequest {
        if (stream.isHeadTooLarge()) {
            throw RefusedRequest.malformed(431, "headers_too_large", "The header fields are too large");
        }
        Http2Head head = new Http2Head();
        head.read(stream.fields());
        return head.finish(stream);
    }

    private void read(List<Field> fields) throws RefusedRequest {
        boolean regular = false;
        for (Field field : fields) {
            if (field.name().startsWith(":")) {
                if (regular || !PSEUDO.contains(field.name()) || pseudo.put(field.name(), field.value()) != null) {
                    throw RefusedRequest.malformed("A pseudo-header field is unknown, repeated or late");
                }
            } else {
                regular = true;
                add(field.name(), field.value());
            }
        }
    }

    private void add(String name, String value) throws RefusedRequest {
        if (!name.equals(name.toLowerCase(Locale.ROOT))) {
            throw RefusedRequest.malformed("A header field's name is not in lower case");
        }
        if (OF_CONNECTIONS.contains(name) || (name.equals("te") && !value.equals("trailers"))) {
            throw RefusedRequest.malformed("HTTP/2 has no header fields about the connection");
        }
        if (!value.equals(value.strip())) {
            throw RefusedRequest.malformed("A header field's value begins or ends with a blank");
        }
        if (name.equals("cookie")) {
            cookies.append(cookies.isEmpty() ? "" : "; ").append(value);
            return;
        }
        append(name, value);
    }

    private void append(String name, String value) throws RefusedRequest {
        try {
            headers.add(name, value);
        } catch (IllegalArgumentException _) {
            throw RefusedRequest.malformed("A header field is not a token and visible characters");
        }
    }

    private RequestHead finish(Http2Stream stream) throws RefusedRequest {
        if (!cookies.isEmpty()) {
            append("cookie", cookies.toString());
        }
        HeaderList received = headers.build();
        String authority = authority(received.all("host"));
        HeaderList all = HeaderList.builder()
                .add("Host", authority)
                .addAll(received.without("host"))
                .build();
        RequestTarget target =
                RequestTarget.of(RequestTarget.method(required(":method")), required(":path"), List.of(authority));
        if (!required(":scheme").equals("https")) {
            throw RefusedRequest.malformed("The scheme is not that of the connection");
        }
        return RequestHead.of(target, all, bodyBytes(stream, all));
    }

    private String authority(List<String> hosts) throws RefusedRequest {
        String authority = pseudo.get(":authority");
        if (authority == null && hosts.size() == 1) {
            return hosts.getFirst();
        }
        if (authority == null || hosts.stream().anyMatch(host -> !host.equals(authority))) {
            throw RefusedRequest.malformed("There must be one :authority, and no Host that says something else");
        }
        try {
            HeaderList.of("Host", authority);
        } catch (IllegalArgumentException _) {
            throw RefusedRequest.malformed(":authority is not a host name with an optional port");
        }
        return authority;
    }

    private String required(String name) throws RefusedRequest {
        String value = pseudo.get(name);
        if (value == null) {
            throw RefusedRequest.malformed("A pseudo-header field is missing: " + name);
        }
        return value;
    }

    private static long bodyBytes(Http2Stream stream, HeaderList headers) throws RefusedRequest {
        boolean declared = headers.contains("content-length");
        long length = RequestHead.contentLength(headers);
        if (declared && !stream.declareBodyBytes(length)) {
            throw RefusedRequest.malformed("Content-Length is not the length of the body");
        }
        if (declared) {
            return length;
        }
        return stream.hasNoBody() ? 0 : RequestHead.CHUNKED;
    }
}
