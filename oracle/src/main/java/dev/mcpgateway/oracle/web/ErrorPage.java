package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStache;

/**
 * Something did not work.
 *
 * @param what one sentence for the person in front of the browser
 * @param advice what they can do about it
 * @param errorId also in the log
 */
@JStache(path = "error")
public record ErrorPage(String headline, String what, String advice, String errorId) implements Page {
    @Override
    public String html() {
        return ErrorPageRenderer.of().execute(this);
    }
}
