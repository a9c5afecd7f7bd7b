package dev.mcpgateway.oracle.language;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.stream.Stream;

/** A language that pages speak. */
public enum Language {
    ENGLISH("en"),
    GERMAN("de");

    /** More than any browser sends. */
    private static final int MAX_LENGTH = 500;

    private static final List<String> TAGS =
            Stream.of(values()).map(Language::tag).toList();

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /** As HTML and HTTP name it: {@code en}. */
    public String tag() {
        return tag;
    }

    public Locale locale() {
        return Locale.of(tag);
    }

    /** The one of ours that the browser likes best; English if it likes none, or says nothing that can be read. */
    public static Language of(ServerRequest request) {
        return ofAccepted(request.headers().first(HeaderNames.ACCEPT_LANGUAGE).orElse(""));
    }

    /**
     * The best for a value of {@code Accept-Language}.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc4647#section-3.4">RFC 4647, section 3.4</a>
     */
    static Language ofAccepted(String accepted) {
        if (accepted.isBlank() || accepted.length() > MAX_LENGTH) {
            return ENGLISH;
        }
        try {
            String best = Locale.lookupTag(LanguageRange.parse(accepted), TAGS);
            return GERMAN.tag.equals(best) ? GERMAN : ENGLISH;
        } catch (IllegalArgumentException _) { // a browser that cannot say what it wants reads English
            return ENGLISH;
        }
    }
}
