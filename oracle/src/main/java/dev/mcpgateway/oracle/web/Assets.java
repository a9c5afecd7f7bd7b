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
import java.util.List;
import java.util.Objects;

/** What pages are made of beside themselves, such as {@code /style.css} and {@code /icon.svg}. */
public final class Assets implements HttpService {
    static final Asset STYLESHEET = Asset.read("style.css", "text/css; charset=utf-8");
    static final Asset ICON = Asset.read("icon.svg", "image/svg+xml");
    static final Asset COPY_SCRIPT = Asset.read("copy.js", "text/javascript; charset=utf-8");

    private static final Header NOSNIFF = HeaderValues.create("X-Content-Type-Options", "nosniff");
    private static final Header FOR_EVER =
            HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=31536000, immutable");
    private static final Header FOR_A_WHILE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "public, max-age=300");

    /** Of the console alone. */
    public static final Asset CONSOLE_STYLESHEET = Asset.read("console.css", "text/css; charset=utf-8");

    /** Of the console alone. */
    public static final Asset CONSOLE_SCRIPT = Asset.read("console.js", "text/javascript; charset=utf-8");

    private final List<Asset> served;

    private Assets(List<Asset> served) {
        this.served = served;
    }

    /** Those of the pages for people. */
    public static Assets ofPages() {
        return new Assets(List.of(STYLESHEET, ICON, COPY_SCRIPT));
    }

    /** Those of the console, for operators. */
    public static Assets ofConsole() {
        return new Assets(List.of(STYLESHEET, ICON, CONSOLE_STYLESHEET, CONSOLE_SCRIPT));
    }

    @Override
    public void routing(HttpRules rules) {
        for (Asset asset : served) {
            rules.get(asset.path(), (request, response) -> send(asset, request, response));
        }
    }

    private static void send(Asset asset, ServerRequest request, ServerResponse response) {
        boolean thisVersion = request.prologue().query().rawValue().equals(asset.version());
        response.header(HeaderNames.CONTENT_TYPE, asset.type())
                .header(NOSNIFF)
                .header(thisVersion ? FOR_EVER : FOR_A_WHILE)
                .send(asset.content());
    }

    /** A file. Pages ask for it with its hash, so that browsers keep it until it changes. */
    // The content is handed to the web server alone, which only reads it.
    @SuppressWarnings("ArrayRecordComponent")
    public record Asset(String path, String type, byte[] content, String version) {
        private static Asset read(String name, String type) {
            try (InputStream file = Objects.requireNonNull(Assets.class.getResourceAsStream(name))) {
                byte[] content = file.readAllBytes();
                return new Asset("/" + name, type, content, "v=" + hash(content));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Where pages find this version. */
        public String url() {
            return path + "?" + version;
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
}
