package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How long an allowing answer counts at most, and what ends it before.
 *
 * @param maxAge how long it may be used for further requests; zero if it is for this one alone
 * @param expires {@link Instant#MAX} if the answer does not say
 * @param subjects handles of what it rests on, as the revocation stream names them; none if the answer names none
 * @param askedNanos when the question was put, on the clock of {@link System#nanoTime}
 */
public record Validity(Duration maxAge, Instant expires, List<String> subjects, long askedNanos) {
    private static final String EXPIRES = "Gateway-Expires";
    private static final String MAX_AGE = "max-age=";
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final String SUBJECTS = "Gateway-Subjects";
    private static final int MAX_SUBJECTS = 16;
    private static final int MAX_HANDLE_CHARACTERS = 128;

    public Validity {
        subjects = List.copyOf(subjects);
    }

    /** When it was asked for does not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Validity(var age, var end, var handles, var _)
                && age.equals(maxAge)
                && end.equals(expires)
                && handles.equals(subjects);
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxAge, expires, subjects);
    }

    /** Of an answer to what was asked just now. */
    Validity(Duration maxAge, Instant expires, List<String> subjects) {
        this(maxAge, expires, subjects, System.nanoTime());
    }

    /**
     * Reads what an answer says; empty if {@code Gateway-Expires} or {@code Gateway-Subjects} comes twice or cannot be
     * understood. {@code Cache-Control} that is not clear means that the answer is for one request.
     */
    static Optional<Validity> of(HeaderList answer, long askedNanos) {
        List<String> expires = answer.all(EXPIRES);
        List<String> subjects = answer.all(SUBJECTS);
        if (expires.size() > 1 || subjects.size() > 1) {
            return Optional.empty();
        }
        List<String> handles = subjects.isEmpty() || subjects.getFirst().isEmpty()
                ? List.of()
                : List.of(subjects.getFirst().split(" +"));
        boolean bounded = handles.size() <= MAX_SUBJECTS
                && handles.stream().allMatch(handle -> handle.length() <= MAX_HANDLE_CHARACTERS);
        try {
            Instant end = expires.isEmpty() ? Instant.MAX : Instant.ofEpochSecond(Long.parseLong(expires.getFirst()));
            return bounded ? Optional.of(new Validity(maxAge(answer), end, handles, askedNanos)) : Optional.empty();
        } catch (NumberFormatException | DateTimeException _) {
            return Optional.empty();
        }
    }

    /** RFC 9111, section 5.2.2. */
    private static Duration maxAge(HeaderList answer) {
        List<String> directives = answer.elements("Cache-Control");
        List<String> ages = directives.stream()
                .filter(directive -> directive.startsWith(MAX_AGE))
                .map(directive -> directive.substring(MAX_AGE.length()))
                .toList();
        boolean forbidden = directives.contains("no-store") || directives.contains("no-cache");
        boolean clear = ages.size() == 1 && SECONDS.matcher(ages.getFirst()).matches();
        return forbidden || !clear ? Duration.ZERO : Duration.ofSeconds(Long.parseLong(ages.getFirst()));
    }
}
