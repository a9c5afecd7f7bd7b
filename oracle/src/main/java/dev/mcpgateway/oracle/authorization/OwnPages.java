package dev.mcpgateway.oracle.authorization;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Set;

/** Browsers say which site a form was posted from; no other has a reason to post one of ours. */
public final class OwnPages {
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final Set<String> OUR_OWN = Set.of("same-origin", "none");

    private OwnPages() {}

    /** @throws PageRefusal if another site posted the form */
    public static void requirePostedByOne(ServerRequest request) {
        if (isPostedElsewhere(request)) {
            throw PageRefusal.otherBrowser();
        }
    }

    /** Whether the browser says that another site posted the form. */
    public static boolean isPostedElsewhere(ServerRequest request) {
        return request.headers()
                .first(FETCH_SITE)
                .filter(site -> !OUR_OWN.contains(site))
                .isPresent();
    }
}
