package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;

/**
 * Goes on to another URL by itself, with a link for browsers that do not. It stands where a redirect would be, but
 * cannot be: browsers do not let the answer to a form of ours lead to another site, and a redirect to a program leaves
 * an old page standing.
 *
 * @param url absolute; of a scheme that was checked
 */
@JStache(path = "onward")
public record OnwardPage(Language language, Message title, Message message, String url) implements Page {
    @Override
    public String html() {
        return OnwardPageRenderer.of().execute(this);
    }

    String headline() {
        return title.in(language);
    }

    String what() {
        return message.in(language);
    }
}
