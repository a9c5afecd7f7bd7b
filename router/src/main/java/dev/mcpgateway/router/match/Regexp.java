package dev.mcpgateway.router.match;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A regular expression in RE2 syntax, which is what Traefik's rules are written in. Matching takes time that grows with
 * the length of the text times the size of the expression and no faster, whatever a stranger sends: there is no
 * backtracking. Both factors are bounded: the expression here, the text by the limits of the entry point.
 *
 * @see <a href="https://github.com/google/re2/wiki/Syntax">RE2 syntax</a>
 */
public final class Regexp {
    /** The longest expression. */
    public static final int MAX_CHARACTERS = 500;

    /** The most steps that it may compile to; each costs time for each character of a request. */
    private static final int MAX_SIZE = 2_000;

    /** The largest number that the counts of nested repetitions may multiply to, as in {@code (a{10}){10}}. */
    private static final int MAX_REPETITIONS = 1_000;

    private final String text;
    private final Pattern pattern;

    private Regexp(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static Regexp parse(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("a regular expression has 1 to %d characters".formatted(MAX_CHARACTERS));
        }
        checkRepetitions(text);
        Pattern pattern;
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a regular expression in RE2 syntax: %s".formatted(e.getDescription()), e);
        }
        if (pattern.programSize() > MAX_SIZE) {
            throw new IllegalArgumentException("the regular expression is too large; write fewer repetitions");
        }
        return new Regexp(text, pattern);
    }

    /** Whether it is found anywhere in the text; {@code ^} and {@code $} bind it to the ends. */
    public boolean isFoundIn(String candidate) {
        return pattern.matcher(candidate).find();
    }

    /** The first place where it is found, with its groups. */
    public Optional<Matcher> find(String candidate) {
        Matcher matcher = pattern.matcher(candidate);
        return matcher.find() ? Optional.of(matcher) : Optional.empty();
    }

    /** Before compiling, which would use memory for each repetition. Takes all counts as if they were nested. */
    private static void checkRepetitions(String text) {
        long product = 1;
        java.util.regex.Matcher counts = Counts.PATTERN.matcher(text);
        while (counts.find()) {
            product *= Math.max(1, Long.parseLong(counts.group(counts.group(2) == null ? 1 : 2)));
            if (product > MAX_REPETITIONS) {
                throw new IllegalArgumentException(
                        "the counts of its repetitions multiply to more than %d".formatted(MAX_REPETITIONS));
            }
        }
    }

    /** Holds the one pattern of Java's own, which looks at configuration alone and cannot backtrack. */
    private static final class Counts {
        static final java.util.regex.Pattern PATTERN =
                java.util.regex.Pattern.compile("\\{([0-9]{1,9})(?:,([0-9]{1,9})?)?}");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Regexp regexp && regexp.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
