package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request asks for, in the one form in which routing, verify and upstream see it. A target that somebody behind
 * us could read differently than we do is refused, never rewritten.
 *
 * @param method as received; methods are case-sensitive
 * @param authority {@code Host} as received
 * @param host the authority's host in lower case; an IPv6 literal keeps its brackets
 * @param port the authority's port, or -1 if it has none
 * @param path as received; starts with a slash
 * @param query as received with its question mark, or empty if there is none
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-3.2">RFC 9112, section 3.2</a>
 */
public record RequestTarget(String method, String authority, String host, int port, String path, String query) {
    private static final int MAX_METHOD_CHARACTERS = 32;
    private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern AUTHORITY = Pattern.compile(
            "(?<host>[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})|\\[[0-9A-Fa-f:.]{2,45}])(?::(?<port>[0-9]{1,5}))?");
    private static final HeaderList ALLOW = HeaderList.of("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    private static final String SAFE_IN_PATHS = "/-._~!$&'()*+,=:@";

    /**
     * Reads a request line and the values of all {@code Host} fields.
     *
     * @param requestLine one character per byte, without the line's end
     * @param scheme of the connection; a target in absolute form must repeat it, and {@code Host}, to the letter
     * @throws RefusedRequest 400 for what is malformed or ambiguous, 405 for {@code CONNECT} and {@code TRACE}
     */
    static RequestTarget parse(String requestLine, List<String> hosts, String scheme) throws RefusedRequest {
        int afterMethod = requestLine.indexOf(' ');
        int beforeVersion = requestLine.lastIndexOf(' ');
        if (afterMethod < 1 || beforeVersion <= afterMethod) {
            throw RefusedRequest.malformed("The request line is not: method, target, HTTP/1.1");
        }
        String method = method(requestLine.substring(0, afterMethod));
        String target = requestLine.substring(afterMethod + 1, beforeVersion);
        if (hosts.size() == 1) {
            target = originForm(target, scheme + "://" + hosts.getFirst());
        }
        return of(method, target, hosts);
    }

    /** The same for what has no request line. */
    public static RequestTarget of(String method, String target, List<String> hosts) throws RefusedRequest {
        checkForm(target);

        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question);
        checkPath(path);
        return authority(hosts, method, path, query);
    }

    /** Path and query, byte for byte as received. */
    public String raw() {
        return path + query;
    }

    /** Without the query, which may hold credentials. */
    @Override
    public String toString() {
        return method + " " + authority + path;
    }

    /**
     * Without the origin that it begins with, if a path follows: that is what the client would have sent us otherwise.
     */
    private static String originForm(String target, String origin) {
        boolean absolute = target.startsWith(origin) && target.startsWith("/", origin.length());
        return absolute ? target.substring(origin.length()) : target;
    }

    /** The method itself if it is one that is served. */
    public static String method(String method) throws RefusedRequest {
        if (method.length() > MAX_METHOD_CHARACTERS || !METHOD.matcher(method).matches()) {
            throw RefusedRequest.malformed("The method is not an HTTP token");
        }
        if (method.equalsIgnoreCase("CONNECT") || method.equalsIgnoreCase("TRACE")) {
            throw RefusedRequest.malformed(405, "method_not_allowed", "CONNECT and TRACE are not served", ALLOW);
        }
        return method;
    }

    private static void checkForm(String target) throws RefusedRequest {
        if (!target.startsWith("/")) {
            throw RefusedRequest.malformed("The request target must begin with a slash; the host belongs in Host");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                throw RefusedRequest.malformed("The request target must be visible ASCII; encode other bytes as %XX");
            }
            if (c == '#') {
                throw RefusedRequest.malformed("A request target has no fragment");
            }
        }
    }

    private static void checkPath(String path) throws RefusedRequest {
        if (path.contains("//")) {
            throw ambiguous("an empty segment");
        }
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw ambiguous("a dot segment");
            }
            checkEncoding(segment);
        }
    }

    private static void checkEncoding(String segment) throws RefusedRequest {
        if (isPlain(segment)) {
            return;
        }
        ByteBuffer encoded = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                encoded.put((byte) encodedByte(segment, i));
                i += 2;
            } else if (isPlain(c)) {
                encoded.put((byte) c);
            } else {
                throw ambiguous("the character " + c);
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(encoded.flip());
        } catch (CharacterCodingException _) {
            throw ambiguous("percent-encoded bytes that are not UTF-8");
        }
    }

    /** Nothing in it is encoded, nor would have to be. */
    private static boolean isPlain(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            if (!isPlain(segment.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return isAlphanumeric(c) || SAFE_IN_PATHS.indexOf(c) >= 0;
    }

    private static int encodedByte(String segment, int percent) throws RefusedRequest {
        if (!isHex(segment, percent + 1) || !isHex(segment, percent + 2)) {
            throw RefusedRequest.malformed("A percent sign in the path is not followed by two hexadecimal digits");
        }
        int value = Integer.parseInt(segment, percent + 1, percent + 3, 16);
        if (value < ' ' || value == 0x7F) {
            throw ambiguous("an encoded control character");
        }
        if ("/\\;".indexOf(value) >= 0) {
            throw ambiguous("an encoded separator");
        }
        if (isAlphanumeric((char) value) || "-._~".indexOf(value) >= 0) {
            throw ambiguous("a percent-encoded character that needs no encoding");
        }
        if (value == '%' && isHex(segment, percent + 3) && isHex(segment, percent + 4)) {
            throw ambiguous("a character that is encoded twice");
        }
        return value;
    }

    private static RequestTarget authority(List<String> hosts, String method, String path, String query)
            throws RefusedRequest {
        if (hosts.size() != 1) {
            throw RefusedRequest.malformed("There must be exactly one Host");
        }
        String authority = hosts.getFirst();
        Matcher matcher = AUTHORITY.matcher(authority);
        if (!matcher.matches()) {
            throw RefusedRequest.malformed("Host is not a host name with an optional port");
        }
        String port = matcher.group("port");
        int number = port == null ? -1 : Integer.parseInt(port);
        if (number == 0 || number > 65_535) {
            throw RefusedRequest.malformed("The port in Host is outside 1 to 65535");
        }
        String host = matcher.group("host").toLowerCase(Locale.ROOT);
        return new RequestTarget(method, authority, host, number, path, query);
    }

    private static RefusedRequest ambiguous(String what) {
        return RefusedRequest.malformed("The path holds " + what + ", which servers read in different ways");
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isHex(String text, int index) {
        return index < text.length() && Character.digit(text.charAt(index), 16) >= 0 && text.charAt(index) < 0x7F;
    }
}
