package dev.mcpgateway.demo;

import io.helidon.http.Status;
import java.util.List;

/** The versions of the protocol that this server speaks. */
final class ProtocolVersion {
    private static final List<String> SUPPORTED = List.of("2025-11-25", "2025-06-18", "2025-03-26");

    private ProtocolVersion() {}

    /** The version that the client asks for, or the newest one where that is not spoken here. */
    static String negotiate(String requested) {
        return SUPPORTED.contains(requested) ? requested : SUPPORTED.getFirst();
    }

    /** @throws Refusal 400 if a request is made in a version that is not spoken here */
    static void check(String header) {
        if (!SUPPORTED.contains(header)) {
            throw new Refusal(
                    Status.BAD_REQUEST_400,
                    "this MCP-Protocol-Version is not supported; supported: " + String.join(", ", SUPPORTED));
        }
    }
}
