package dev.mcpgateway.doctor.fake;

import java.util.Map;
import java.util.TreeMap;

/** What the fake gateway answers. */
public record Reply(int status, Map<String, String> headers, String body) {
    public static Reply json(int status, String body) {
        return new Reply(status, Map.of("Content-Type", "application/json", "Cache-Control", "no-store"), body);
    }

    public static Reply empty(int status) {
        return new Reply(status, Map.of(), "");
    }

    public Reply withStatus(int changed) {
        return new Reply(changed, headers, body);
    }

    public Reply withBody(String changed) {
        return new Reply(status, headers, changed);
    }

    /** The same with another piece of text in the body, which must be there. */
    public Reply replacing(String piece, String other) {
        if (!body.contains(piece)) {
            throw new IllegalArgumentException(piece + " is not in " + body);
        }
        return withBody(body.replace(piece, other));
    }

    public Reply with(String header, String value) {
        Map<String, String> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        changed.putAll(headers);
        changed.put(header, value);
        return new Reply(status, changed, body);
    }

    public Reply without(String header) {
        Map<String, String> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        changed.putAll(headers);
        changed.remove(header);
        return new Reply(status, changed, body);
    }
}
