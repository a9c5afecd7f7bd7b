package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;

/** A page. All of them go out with the same headers: no frames, nothing from elsewhere, nothing kept. */
public interface Page {
    /** What its texts are in. */
    Language language();

    /** The whole document. */
    String html();

    /** The URL of the one script that the page may load; empty for none, as nearly all have it. */
    default String script() {
        return "";
    }

    /** What the policy of the page says about scripts. Browsers compare a source without its query. */
    default String scriptPolicy() {
        return script().isEmpty() ? "" : "script-src %s; ".formatted(script().replaceAll("\\?.*", ""));
    }

    /** The texts of the bundle, for the templates. */
    default Map<String, String> text() {
        return Texts.in(language());
    }

    /** The URL of the stylesheet, for the templates. */
    default String stylesheet() {
        return Assets.STYLESHEET.url();
    }

    /** The URL of the icon, for the templates. */
    default String icon() {
        return Assets.ICON.url();
    }

    default void send(ServerResponse response, Status status) {
        Headers.ALL.forEach(response::header);
        response.header(HeaderNames.CONTENT_LANGUAGE, language().tag())
                .header(Headers.POLICY, Headers.policy(scriptPolicy()))
                .status(status)
                .send(html());
    }

    /** What every page is sent with. */
    final class Headers {
        private static final String POLICY = "Content-Security-Policy";
        private static final List<Header> ALL = List.of(
                HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8"),
                HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"),
                HeaderValues.create("X-Frame-Options", "DENY"),
                HeaderValues.create("X-Content-Type-Options", "nosniff"),
                HeaderValues.create("Referrer-Policy", "no-referrer"));

        private Headers() {}

        private static String policy(String scripts) {
            return "default-src 'none'; %sstyle-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
                    .formatted(scripts);
        }
    }
}
