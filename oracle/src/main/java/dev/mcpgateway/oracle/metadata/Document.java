package dev.mcpgateway.oracle.metadata;

import dev.mcpgateway.oracle.protocol.ErrorReport;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerResponse;

/** How these documents are answered. */
final class Document {
    private static final Header CACHED = HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=300");
    private static final Header NOT_CACHED = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private Document() {}

    /** HEAD is answered as GET is, without the document. */
    static void serve(HttpRules rules, String path, Handler handler) {
        rules.route(Method.predicate(Method.GET, Method.HEAD), PathMatchers.create(path), handler);
    }

    static void send(ServerResponse response, String json) {
        response.header(CACHED).header(HeaderValues.CONTENT_TYPE_JSON).send(json);
    }

    static void sendNotFound(ServerResponse response, String description) {
        response.status(Status.NOT_FOUND_404)
                .header(NOT_CACHED)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(ErrorReport.of("not_found", description).toJson());
    }
}
