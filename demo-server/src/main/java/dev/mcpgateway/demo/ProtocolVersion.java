package dev.mcpgateway.demo;

import io.helidon.http.Status;
import java.util.List;
import java.util.regex.Pattern;

/** The versions of the protocol that this server speaks. */
final class ProtocolVersion {
    /** Since this one there are no sessions; it is the only such version that is spoken here. */
    static final String STATELESS = "2026-07-28";

    private static final List<String> WITH_SESSIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private ProtocolVersion() {}

    /** Whether this is the name of a version without sessions, spoken here or not. */
    static boolean isStateless(String version) {
        return DATE.matcher(version).matches() && version.compareTo(STATELESS) >= 0;
    }

    /** The version of a session: the one that the client asks for, or the newest where that has none. */
    static String negotiate(String requested) {
        return WITH_SESSIONS.contains(requested) ? requested : WITH_SESSIONS.getFirst();
    }

    /** @throws Refusal 400 if a request of a session is made in a version that is not spoken here */
    static void check(String header) {
        if (!WITH_SESSIONS.contains(header)) {
            throw new Refusal(
                    Status.BAD_REQUEST_400,
                    "this MCP-Protocol-Version is not supported; supported: " + String.join(", ", WITH_SESSIONS)
                            + ", and " + STATELESS + " for POST without a session");
        }
    }
}
