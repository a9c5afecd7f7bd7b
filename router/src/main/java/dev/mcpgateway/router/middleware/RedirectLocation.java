package dev.mcpgateway.router.middleware;

import com.google.re2j.Matcher;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a redirect leads: a URL in which {@code $1} or <code>${1}</code> stand for groups of what was found. Scheme,
 * host and port hold none, so that no request chooses where a client is sent.
 */
public final class RedirectLocation {
    private static final Pattern FIXED_HOST =
            Pattern.compile("https?://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?/[\\x21-\\x7e]{0,1000}");
    private static final Pattern GROUP = Pattern.compile("\\$(?:([0-9])|\\{([0-9])})");

    private final String template;

    private RedirectLocation(String template) {
        this.template = template;
    }

    /** Empty unless the text is an http or https URL with a fixed host and a path. */
    public static Optional<RedirectLocation> parse(String text) {
        return FIXED_HOST.matcher(text).matches() ? Optional.of(new RedirectLocation(text)) : Optional.empty();
    }

    /** The URL with the groups of a match filled in; a group that does not exist is empty. */
    String of(Matcher found) {
        return GROUP.matcher(template).replaceAll(reference -> {
            int group = Integer.parseInt(reference.group(reference.group(1) == null ? 2 : 1));
            String text = group > found.groupCount() ? null : found.group(group);
            return text == null ? "" : java.util.regex.Matcher.quoteReplacement(text);
        });
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RedirectLocation location && location.template.equals(template);
    }

    @Override
    public int hashCode() {
        return template.hashCode();
    }

    @Override
    public String toString() {
        return template;
    }
}
