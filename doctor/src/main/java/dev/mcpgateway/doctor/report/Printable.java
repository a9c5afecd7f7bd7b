package dev.mcpgateway.doctor.report;

/** Text that a terminal shows and does not obey, however a server chose it. */
public final class Printable {
    private static final int MAX_LENGTH = 1000;

    private Printable() {}

    /**
     * With control characters, and those that turn the direction of writing, as {@code \}{@code uXXXX}; not too long.
     */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(MAX_LENGTH).forEach(c -> {
            if (isHarmless(c)) {
                printable.appendCodePoint(c);
            } else {
                printable.append("\\u%04x".formatted(c));
            }
        });
        return text.codePointCount(0, text.length()) > MAX_LENGTH ? printable + " ..." : printable.toString();
    }

    /** A short piece of what a server sent, in quotes. */
    public static String quote(String text) {
        String line = text.strip();
        return '"' + (line.length() > 200 ? line.substring(0, 200) + " ..." : line) + '"';
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
