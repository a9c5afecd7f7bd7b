package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStache;

/** The end of something, after which this page can be closed. */
@JStache(path = "done")
public record DonePage(String headline, String text) implements Page {
    @Override
    public String html() {
        return DonePageRenderer.of().execute(this);
    }
}
