package dev.mcpgateway.demo;

import io.helidon.http.Status;
import java.util.regex.Pattern;

/** Keeps web pages that have made their own name point at this machine (DNS rebinding) from calling the server. */
final class Origin {
    private static final Pattern TRUSTED =
            Pattern.compile("https://[^/]+|http://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?");

    private Origin() {}

    /** @throws Refusal 403 if the header names neither an https nor a loopback origin */
    static void check(String header) {
        if (!TRUSTED.matcher(header).matches()) {
            throw new Refusal(Status.FORBIDDEN_403, "requests from this Origin are refused; use https or localhost");
        }
    }
}
