package dev.mcpgateway.oracle.identity;

/**
 * Letter case of ASCII alone. Unicode has letters that become ASCII when their case is changed, such as the Kelvin
 * sign, so names that merely look alike would be taken for the same.
 */
public final class AsciiCase {
    private AsciiCase() {}

    public static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
        return lower.toString();
    }
}
