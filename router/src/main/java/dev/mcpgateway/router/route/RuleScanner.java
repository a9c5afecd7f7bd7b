package dev.mcpgateway.router.route;

/** Cuts a rule into its tokens. Strings are in backticks, where nothing is escaped, or in double quotes. */
final class RuleScanner {
    private static final String SIGNS = "(),!";
    private static final String OPERATORS = "&|";

    private final String rule;
    private int position;

    /**
     * One token.
     *
     * @param column of its first character, from 1
     * @param text of a string without its quotes; else as written
     */
    record Token(Kind kind, int column, String text) {
        boolean is(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }

        /** For messages. */
        String found() {
            return switch (kind) {
                case END -> "the end of the rule";
                case STRING -> "the string " + quote(text);
                case WORD, SIGN -> "'" + text + "'";
            };
        }
    }

    enum Kind {
        WORD,
        STRING,
        SIGN,
        END
    }

    RuleScanner(String rule) {
        this.rule = rule;
    }

    /** A string of a rule that has this value. */
    static String quote(String value) {
        if (value.indexOf('`') < 0) {
            return "`" + value + "`";
        }
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** The next token; after the last one {@link Kind#END}, again and again. */
    Token next() throws RuleException {
        while (position < rule.length() && isBlank(rule.charAt(position))) {
            position++;
        }
        if (position == rule.length()) {
            return new Token(Kind.END, position + 1, "");
        }
        char c = rule.charAt(position);
        if (c == '`') {
            return rawString();
        }
        if (c == '"') {
            return escapedString();
        }
        if (SIGNS.indexOf(c) >= 0) {
            return sign(1);
        }
        if (OPERATORS.indexOf(c) >= 0) {
            return operator(c);
        }
        if (isLetter(c)) {
            return word();
        }
        throw new RuleException(
                position + 1,
                c == '\''
                        ? "found a single quote; accepted are strings in backticks or double quotes"
                        : "found '%s'; accepted are matchers such as Host(`example.com`), && || ! and parentheses"
                                .formatted(c));
    }

    private Token operator(char c) throws RuleException {
        if (position + 1 == rule.length() || rule.charAt(position + 1) != c) {
            throw new RuleException(position + 1, "found a single '%s'; accepted is '%s%s'".formatted(c, c, c));
        }
        return sign(2);
    }

    private Token sign(int length) {
        Token sign = new Token(Kind.SIGN, position + 1, rule.substring(position, position + length));
        position += length;
        return sign;
    }

    private Token word() {
        int start = position;
        while (position < rule.length() && isLetter(rule.charAt(position))) {
            position++;
        }
        return new Token(Kind.WORD, start + 1, rule.substring(start, position));
    }

    private Token rawString() throws RuleException {
        int end = rule.indexOf('`', position + 1);
        if (end < 0) {
            throw new RuleException(position + 1, "the string that begins here has no closing backtick");
        }
        Token string = new Token(Kind.STRING, position + 1, rule.substring(position + 1, end));
        position = end + 1;
        return string;
    }

    private Token escapedString() throws RuleException {
        int start = position;
        StringBuilder text = new StringBuilder();
        for (position++; position < rule.length(); position++) {
            char c = rule.charAt(position);
            if (c == '"') {
                position++;
                return new Token(Kind.STRING, start + 1, text.toString());
            }
            if (c == '\\') {
                position++;
                c = escaped();
            }
            text.append(c);
        }
        throw new RuleException(start + 1, "the string that begins here has no closing double quote");
    }

    private char escaped() throws RuleException {
        char c = position < rule.length() ? rule.charAt(position) : ' ';
        if (c != '"' && c != '\\') {
            throw new RuleException(
                    position,
                    "found a backslash; accepted in double quotes are \\\" and \\\\ (in backticks nothing is escaped)");
        }
        return c;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
}
