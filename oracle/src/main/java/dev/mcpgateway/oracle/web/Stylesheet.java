package dev.mcpgateway.oracle.web;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/** {@code GET /style.css}. Pages ask for it with its hash, so that browsers keep it until it changes. */
public final class Stylesheet implements HttpService {
    private static final String PATH = "/style.css";
    private static final byte[] CONTENT = read();
    private static final String VERSION = "v=" + hash(CONTENT);
    private static final Header CSS = HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/css; charset=utf-8");
    private static final Header NOSNIFF = HeaderValues.create("X-Content-Type-Options", "nosniff");
    private static final Header FOR_EVER =
            HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");
    private static final Header FOR_A_WHILE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=300");

    /** Where pages find this version. */
    static final String URL = PATH + "?" + VERSION;

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, Stylesheet::send);
    }

    private static void send(ServerRequest request, ServerResponse response) {
        boolean thisVersion = request.prologue().query().rawValue().equals(VERSION);
        response.header(CSS)
                .header(NOSNIFF)
                .header(thisVersion ? FOR_EVER : FOR_A_WHILE)
                .send(CONTENT);
    }

    private static byte[] read() {
        try (InputStream file = Objects.requireNonNull(Stylesheet.class.getResourceAsStream("style.css"))) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
