package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;

/**
 * The end of something, after which this page can be closed.
 *
 * @param success whether it is the end that was hoped for
 * @param detail in English, for those who know the matter; empty for none
 */
@JStache(path = "done")
public record DonePage(Language language, boolean success, Message title, Message message, String detail)
        implements Page {
    @Override
    public String html() {
        return DonePageRenderer.of().execute(this);
    }

    String headline() {
        return title.in(language);
    }

    String what() {
        return message.in(language);
    }

    boolean detailed() {
        return !detail.isEmpty();
    }
}
