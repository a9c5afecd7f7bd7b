package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import io.helidon.http.Header;
import io.helidon.http.Headers;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The head of a request, read strictly.
 *
 * @param headers as received, those that belong to the connection included
 * @param bodyBytes the length of the body, 0 if there is none, {@link #CHUNKED} if only its end will tell
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-6">RFC 9112, section 6</a>
 */
public record RequestHead(RequestTarget target, HeaderList headers, long bodyBytes) {
    /** The {@link #bodyBytes} of a body that comes in chunks. */
    public static final long CHUNKED = -1;

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    static RequestHead parse(String requestLine, Headers received, String scheme) throws RefusedRequest {
        HeaderList headers = headers(received);
        long bodyBytes = bodyBytes(headers);
        return of(RequestTarget.parse(requestLine, headers.all("Host"), scheme), headers, bodyBytes);
    }

    static RequestHead of(RequestTarget target, HeaderList headers, long bodyBytes) throws RefusedRequest {
        if (headers.all("Authorization").size() > 1) {
            throw RefusedRequest.malformed("There is more than one Authorization");
        }
        if (headers.elements("Upgrade").contains("websocket")) {
            throw RefusedRequest.malformed(501, "not_implemented", "WebSocket is not served here");
        }
        return new RequestHead(target, headers, bodyBytes);
    }

    /** What a trusted proxy was asked for instead. */
    RequestHead withAuthority(String authority) throws RefusedRequest {
        return new RequestHead(RequestTarget.of(target.method(), target.raw(), List.of(authority)), headers, bodyBytes);
    }

    /** Whether the client wants to be told to go on before it sends the body. */
    boolean awaitsContinue() {
        return bodyBytes != 0 && headers.elements("Expect").contains("100-continue");
    }

    boolean closesConnection() {
        return headers.elements("Connection").contains("close");
    }

    private static HeaderList headers(Headers received) throws RefusedRequest {
        HeaderList.Builder headers = HeaderList.builder();
        try {
            for (Header header : received) {
                for (String value : header.allValues()) {
                    headers.add(header.name(), value);
                }
            }
        } catch (IllegalArgumentException _) {
            throw RefusedRequest.malformed("A header field is not a token, a colon and visible characters");
        }
        return headers.build();
    }

    private static long bodyBytes(HeaderList headers) throws RefusedRequest {
        List<String> codings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length");
        if (!codings.isEmpty()) {
            if (!codings.equals(List.of("chunked")) || !lengths.isEmpty()) {
                throw RefusedRequest.malformed(
                        "The body must be framed by either one Content-Length or Transfer-Encoding: chunked");
            }
            return CHUNKED;
        }
        return contentLength(headers);
    }

    /** 0 if there is none. */
    static long contentLength(HeaderList headers) throws RefusedRequest {
        List<String> lengths = headers.all("Content-Length");
        if (lengths.isEmpty()) {
            return 0;
        }
        if (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
            throw RefusedRequest.malformed("Content-Length must be one whole number");
        }
        return Long.parseLong(lengths.getFirst());
    }
}
