package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.jwt.SigningKeys.Description;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.Moment;
import io.jstach.jstache.JStache;
import java.util.List;

/**
 * {@code /console/keys}: the keys that sign tokens. Its form is posted to {@code /console/keys/rotate}.
 *
 * @param given whether the operator has given the key, and changes it by the settings
 * @param made whether another one was just made
 */
@JStache(path = "console/keys")
record KeysPage(Visit visit, List<Description> keys, boolean given, boolean made) implements ConsolePage {
    KeysPage {
        keys = List.copyOf(keys);
    }

    /**
     * A key.
     *
     * @param until when it is deleted; empty while that is not known
     */
    record Row(String id, String algorithm, String state, Moment created, Moment signsFrom, String until) {}

    @Override
    public String path() {
        return KEYS;
    }

    @Override
    public String html() {
        return KeysPageRenderer.of().execute(this);
    }

    List<Row> rows() {
        return keys.stream().map(this::row).toList();
    }

    private Row row(Description description) {
        var key = description.key();
        Message state = switch (key.state()) {
            case NEXT -> Message.of("console_key_next");
            case CURRENT -> Message.of("console_key_current");
            case PREVIOUS -> Message.of("console_key_previous");
        };
        return new Row(
                key.id(),
                description.algorithm().name(),
                state.in(language()),
                Moment.of(key.createdAt(), language()),
                Moment.of(key.currentFrom(), language()),
                key.until() == null ? "" : Moment.of(key.until(), language()).words());
    }
}
