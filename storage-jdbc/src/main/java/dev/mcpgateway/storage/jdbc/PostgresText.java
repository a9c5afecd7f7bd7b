package dev.mcpgateway.storage.jdbc;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts as PostgreSQL can hold them. It refuses U+0000, and UTF-8 has no halves of surrogate pairs: those, and the mark
 * itself, become the mark U+001A and four hexadecimal digits. Nearly every text stays as it is.
 */
final class PostgresText {
    private static final char MARK = '\u001A';
    private static final Pattern MARKED = Pattern.compile(MARK + "([0-9a-f]{4})");

    private PostgresText() {}

    static String hold(String text) {
        int plain = plainLength(text, 0);
        if (plain == text.length()) {
            return text;
        }
        var held = new StringBuilder(text.length() + 16);
        int from = 0;
        while (plain < text.length()) {
            held.append(text, from, plain).append(MARK).append(HexFormat.of().toHexDigits(text.charAt(plain)));
            from = plain + 1;
            plain = plainLength(text, from);
        }
        return held.append(text, from, text.length()).toString();
    }

    /** Where the first character at or after {@code from} is that cannot be held; the end if there is none. */
    private static int plainLength(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || c == MARK) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return text.length();
    }

    static String release(String held) {
        return held.indexOf(MARK) < 0
                ? held
                : MARKED.matcher(held).replaceAll(marked -> {
                    String original = String.valueOf((char) HexFormat.fromHexDigits(marked.group(1)));
                    return Matcher.quoteReplacement(original);
                });
    }
}
