package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The bundles {@code texts_en.properties} and {@code texts_de.properties}, as templates use them. */
final class Texts {
    private static final String BUNDLE = "dev.mcpgateway.oracle.web.texts";
    private static final Map<Language, Map<String, String>> ALL = Arrays.stream(Language.values())
            .collect(Collectors.toMap(
                    Function.identity(), Texts::read, (one, _) -> one, () -> new EnumMap<>(Language.class)));

    private Texts() {}

    static Map<String, String> in(Language language) {
        return ALL.getOrDefault(language, Map.of());
    }

    private static Map<String, String> read(Language language) {
        ResourceBundle bundle = ResourceBundle.getBundle(BUNDLE, language.locale(), Texts.class.getModule());
        Map<String, String> texts = new TreeMap<>();
        bundle.keySet().forEach(key -> texts.put(key, bundle.getString(key)));
        return Collections.unmodifiableMap(texts);
    }
}
