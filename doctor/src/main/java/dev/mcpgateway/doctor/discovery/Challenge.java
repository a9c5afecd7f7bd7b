package dev.mcpgateway.doctor.discovery;

import dev.mcpgateway.doctor.web.Answer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Bearer} challenge of a refusal.
 *
 * @param parameters by their names in lower case
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, section 3</a>
 */
public record Challenge(Map<String, String> parameters) {
    private static final int MAX_LENGTH = 4096;

    private static final Pattern SCHEME =
            Pattern.compile("(?i)(?:^|[,\\s])Bearer(?:\\s+(?=[^\\s,=]+\\s*=)|\\s*$|\\s*,)");
    private static final Pattern PARAMETER = Pattern.compile(
            "\\G[\\s,]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** The first in the header fields of an answer. */
    public static Optional<Challenge> of(Answer answer) {
        return answer.headers().allValues("WWW-Authenticate").stream()
                .flatMap(value -> parse(value).stream())
                .findFirst();
    }

    static Optional<Challenge> parse(String value) {
        Matcher scheme = SCHEME.matcher(value);
        if (value.length() > MAX_LENGTH || !scheme.find()) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(value).region(scheme.end(), value.length());
        while (parameter.find()) {
            String text = parameter.group(2) == null
                    ? parameter.group(3)
                    : parameter.group(2).replaceAll("\\\\(.)", "$1");
            parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), text);
        }
        return Optional.of(new Challenge(parameters));
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
