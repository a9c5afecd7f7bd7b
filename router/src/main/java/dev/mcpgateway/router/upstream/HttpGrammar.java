package dev.mcpgateway.router.upstream;

/**
 * What may stand on the wire, for both directions.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-5">RFC 9110, section 5</a>
 */
final class HttpGrammar {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /** By character. Every field of every message is looked at, so that these checks must cost little. */
    private static final boolean[] IS_TOKEN_CHAR = new boolean[0x100];

    static {
        for (int c = 0; c < IS_TOKEN_CHAR.length; c++) {
            IS_TOKEN_CHAR[c] =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || TOKEN_MARKS.indexOf(c) >= 0;
        }
    }

    private HttpGrammar() {}

    static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= IS_TOKEN_CHAR.length || !IS_TOKEN_CHAR[c]) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** No control characters but the tab, nothing above 0xFF, no white space at either end; may be empty. */
    static boolean isFieldValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isFieldChar(text.charAt(i))) {
                return false;
            }
        }
        return text.isEmpty() || (!isBlank(text.charAt(0)) && !isBlank(text.charAt(text.length() - 1)));
    }

    /** Origin form: a slash, then visible ASCII without a fragment. */
    static boolean isOriginForm(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        return text.startsWith("/");
    }

    static boolean isFieldChar(int c) {
        return c == '\t' || (c >= ' ' && c <= 0xFF && c != 0x7F);
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Without the blanks and tabs around it; other white space stays, to be refused. */
    static String trimBlanks(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
