package dev.mcpgateway.oracle.web;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** A page. All of them go out with the same headers: no script, no frames, nothing from elsewhere, nothing kept. */
public interface Page {
    /** The whole document. */
    String html();

    /** The URL of the stylesheet, for the templates. */
    default String stylesheet() {
        return Stylesheet.URL;
    }

    default void send(ServerResponse response, Status status) {
        Headers.ALL.forEach(response::header);
        response.status(status).send(html());
    }

    /** What every page is sent with. */
    final class Headers {
        private static final List<Header> ALL = List.of(
                HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8"),
                HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"),
                HeaderValues.create(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
                HeaderValues.create("X-Frame-Options", "DENY"),
                HeaderValues.create("X-Content-Type-Options", "nosniff"),
                HeaderValues.create("Referrer-Policy", "no-referrer"));

        private Headers() {}
    }
}
