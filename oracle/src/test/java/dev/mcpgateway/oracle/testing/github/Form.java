package dev.mcpgateway.oracle.testing.github;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code application/x-www-form-urlencoded}, as bodies and as queries. */
final class Form {
    private Form() {}

    static Map<String, String> read(InputStream body) throws IOException {
        return parse(new String(body.readAllBytes(), StandardCharsets.US_ASCII));
    }

    static Map<String, String> parse(@Nullable String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : encoded == null ? new String[0] : encoded.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            fields.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
        }
        return fields;
    }

    static String write(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
