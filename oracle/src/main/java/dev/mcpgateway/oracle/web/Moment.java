package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A moment.
 *
 * @param exact for programs
 * @param words for people
 */
public record Moment(String exact, String words) {
    public static Moment of(Instant instant, Language language) {
        String pattern = Message.of("moment_pattern").in(language);
        return new Moment(
                instant.toString(),
                DateTimeFormatter.ofPattern(pattern).withZone(ZoneOffset.UTC).format(instant));
    }
}
