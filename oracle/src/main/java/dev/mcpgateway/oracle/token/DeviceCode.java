package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code that a device polls with. It names the device by the hash of the code that the person types.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.2">RFC 8628, section 3.2</a>
 */
public record DeviceCode(String userCodeHash, String secret) {
    /** How long a device waits between two questions. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Pattern FORM =
            Pattern.compile("(?<user>[A-Za-z0-9_-]{20,100})\\.(?<secret>[A-Za-z0-9_-]{43})");

    static Optional<DeviceCode> parse(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(new DeviceCode(parts.group("user"), parts.group("secret")))
                : Optional.empty();
    }

    public String hash() {
        return SecureTokens.hash(reveal());
    }

    /** As the device gets it. */
    public String reveal() {
        return userCodeHash + "." + secret;
    }

    @Override
    public String toString() {
        return "a device code";
    }
}
