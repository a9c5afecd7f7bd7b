package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long an allowing answer counts at most, and what ends it before.
 *
 * @param expires {@link Instant#MAX} if the answer does not say
 * @param subjects handles of what it rests on, as the revocation stream names them; none if the answer names none
 * @param askedNanos when the question was put, on the clock of {@link System#nanoTime}
 */
public record Validity(Instant expires, List<String> subjects, long askedNanos) {
    private static final String EXPIRES = "Gateway-Expires";
    private static final String SUBJECTS = "Gateway-Subjects";
    private static final int MAX_SUBJECTS = 16;
    private static final int MAX_HANDLE_CHARACTERS = 128;

    public Validity {
        subjects = List.copyOf(subjects);
    }

    /** When it was asked for does not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Validity(var end, var handles, var _)
                && end.equals(expires)
                && handles.equals(subjects);
    }

    @Override
    public int hashCode() {
        return 31 * expires.hashCode() + subjects.hashCode();
    }

    /** Of an answer to what was asked just now. */
    Validity(Instant expires, List<String> subjects) {
        this(expires, subjects, System.nanoTime());
    }

    /** Reads both fields of an answer; empty if one of them comes twice or cannot be understood. */
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
            return bounded ? Optional.of(new Validity(end, handles, askedNanos)) : Optional.empty();
        } catch (NumberFormatException | DateTimeException _) {
            return Optional.empty();
        }
    }
}
