package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.web.Assets;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A page of the console: what all of them have around what they show. */
interface ConsolePage extends Page {
    String PATH = "/console";
    String SIGN_IN = PATH + "/sign-in";
    String CONNECTIONS = PATH + "/connections";
    String AUDIT = PATH + "/audit";
    String KEYS = PATH + "/keys";
    String SETTINGS = PATH + "/settings";

    /** A link to another page. */
    record Entry(String path, String label, boolean isCurrent) {}

    Visit visit();

    /** Where the page is. */
    default String path() {
        return "";
    }

    /** Whether a script fetches the page again and again. */
    default boolean live() {
        return false;
    }

    @Override
    default Language language() {
        return visit().language();
    }

    @Override
    default String script() {
        return live() ? Assets.CONSOLE_SCRIPT.url() : "";
    }

    /** Everything that the management listener serves is ours. */
    @Override
    default String scriptPolicy() {
        return live() ? "script-src 'self'; connect-src 'self'; " : "";
    }

    default String consoleStylesheet() {
        return Assets.CONSOLE_STYLESHEET.url();
    }

    default List<Entry> entries() {
        return visit().isLetIn()
                ? List.of(
                        entry(PATH, Message.of("console_overview")),
                        entry(CONNECTIONS, Message.of("console_connections")),
                        entry(AUDIT, Message.of("console_audit")),
                        entry(KEYS, Message.of("console_keys")),
                        entry(SETTINGS, Message.of("console_settings")))
                : List.of();
    }

    private Entry entry(String path, Message label) {
        return new Entry(path, label.in(language()), path.equals(path()));
    }

    default boolean routerKnown() {
        return visit().isLetIn() && !visit().routerStatus().isEmpty();
    }

    default String router() {
        return visit().routerStatus();
    }

    default boolean signedIn() {
        return visit().signedIn();
    }

    default String token() {
        return visit().formToken();
    }

    /** A page with those of the parameters that are not empty. */
    static String link(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .sorted(Map.Entry.comparingByKey())
                .map(parameter ->
                        parameter.getKey() + "=" + URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }
}
