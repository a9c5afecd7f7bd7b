package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Something to say to a person in whichever language they read.
 *
 * @param key of the bundles {@code texts_*.properties}
 * @param arguments what stands for <code>{0}</code>, <code>{1}</code> and so on; as it is, in every language
 */
public record Message(String key, List<String> arguments) {
    private static final Pattern PLACE = Pattern.compile("\\{(\\d)}");

    public Message {
        arguments = List.copyOf(arguments);
    }

    public static Message of(String key, Object... arguments) {
        return new Message(key, Stream.of(arguments).map(String::valueOf).toList());
    }

    /** @throws IllegalStateException if the bundles have no such key */
    public String in(Language language) {
        String pattern = Texts.in(language).get(key);
        if (pattern == null) {
            throw new IllegalStateException("no text for " + key);
        }
        return PLACE.matcher(pattern)
                .replaceAll(place -> Matcher.quoteReplacement(arguments.get(Integer.parseInt(place.group(1)))));
    }
}
