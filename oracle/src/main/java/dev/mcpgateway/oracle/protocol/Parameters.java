package dev.mcpgateway.oracle.protocol;

import io.helidon.http.HttpMediaType;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of one request, from its query or from a form body. A parameter without a value counts as absent; one
 * that comes twice is refused, except {@code resource}, which may be repeated with the same value.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-3.1">RFC 6749, sections 3.1 and 3.2</a>
 */
public final class Parameters {
    private static final int MAX_COUNT = 64;
    private static final int MAX_CHARACTERS = 65_536;
    private static final String RESOURCE = "resource";

    private final String encoded;
    private final Map<String, List<String>> values;

    private Parameters(String encoded, Map<String, List<String>> values) {
        this.encoded = encoded;
        this.values = values;
    }

    /** The query of the request. */
    public static Parameters ofQuery(ServerRequest request) {
        return parse(request.prologue().query().rawValue());
    }

    /** The form in the request's body, which must be declared as {@code application/x-www-form-urlencoded}. */
    public static Parameters ofForm(ServerRequest request) {
        boolean form = request.headers()
                .contentType()
                .map(HttpMediaType::mediaType)
                .filter(type -> type.text().equalsIgnoreCase("application/x-www-form-urlencoded"))
                .isPresent();
        if (!form) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "the body must be sent as application/x-www-form-urlencoded");
        }
        return parse(Body.text(request, OAuthError.INVALID_REQUEST));
    }

    /**
     * As {@link #ofForm}, of a request that carries secrets: what stands in a URL ends up in logs.
     *
     * @throws OAuthException {@code invalid_request} also if the URL has a query
     */
    public static Parameters ofFormOnly(ServerRequest request) {
        if (!request.prologue().query().rawValue().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "parameters are accepted in the body only, not in the URL");
        }
        return ofForm(request);
    }

    /** Parses the text of a query or a form body. */
    public static Parameters parse(String encoded) {
        if (encoded.length() > MAX_CHARACTERS) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "the parameters are longer than 65536 characters");
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        int count = 0;
        for (String pair : encoded.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            if (++count > MAX_COUNT) {
                throw new OAuthException(OAuthError.INVALID_REQUEST, "more than 64 parameters");
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            List<String> sent = values.computeIfAbsent(name, _ -> new ArrayList<>());
            if (!sent.isEmpty() && !name.equals(RESOURCE)) {
                throw new OAuthException(OAuthError.INVALID_REQUEST, "the parameter '" + name + "' is repeated");
            }
            sent.add(value);
        }
        return new Parameters(encoded, values);
    }

    /**
     * The value of a parameter.
     *
     * @throws OAuthException {@code invalid_target} if several different values of {@code resource} were sent
     */
    public Optional<String> optional(String name) {
        List<String> sent = values.getOrDefault(name, List.of()).stream()
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
        if (sent.size() > 1) {
            throw new OAuthException(
                    OAuthError.INVALID_TARGET, "a token is valid for one resource, but several were named");
        }
        return sent.stream().findFirst();
    }

    /** @throws OAuthException {@code invalid_request} if the parameter is absent */
    public String required(String name) {
        return optional(name)
                .orElseThrow(() ->
                        new OAuthException(OAuthError.INVALID_REQUEST, "the parameter '" + name + "' is missing"));
    }

    /** As they were sent. */
    public String encoded() {
        return encoded;
    }

    private static String decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(octet(encoded, i));
                i += 2;
            } else if (c == '+') {
                bytes.write(' ');
            } else if (c > 0x20 && c < 0x7f) {
                bytes.write(c);
            } else {
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST, "a parameter holds a character that is not encoded");
            }
        }
        return printable(bytes.toByteArray());
    }

    private static int octet(String encoded, int percent) {
        boolean complete = percent + 2 < encoded.length()
                && HexFormat.isHexDigit(encoded.charAt(percent + 1))
                && HexFormat.isHexDigit(encoded.charAt(percent + 2));
        if (!complete) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "a parameter holds '%' without two digits");
        }
        return HexFormat.fromHexDigits(encoded, percent + 1, percent + 3);
    }

    private static String printable(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw new OAuthException(OAuthError.INVALID_REQUEST, "a parameter holds a control character");
            }
            return text;
        } catch (CharacterCodingException _) { // the reason adds nothing for the client
            throw new OAuthException(OAuthError.INVALID_REQUEST, "a parameter is not UTF-8");
        }
    }
}
