package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.web.Message;
import io.jstach.jstache.JStache;

/**
 * Why something was not shown or done.
 *
 * @param detail in English; empty for none
 */
@JStache(path = "console/refused")
record RefusedPage(Visit visit, Message title, Message message, String detail) implements ConsolePage {
    @Override
    public String html() {
        return RefusedPageRenderer.of().execute(this);
    }

    String headline() {
        return title.in(language());
    }

    String what() {
        return message.in(language());
    }

    boolean detailed() {
        return !detail.isEmpty();
    }
}
