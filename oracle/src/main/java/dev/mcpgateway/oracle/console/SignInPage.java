package dev.mcpgateway.oracle.console;

import io.jstach.jstache.JStache;

/**
 * Asks for the management token. Its form is posted to {@code /console/sign-in} with {@code token}.
 *
 * @param wrong whether the last one was
 */
@JStache(path = "console/sign-in")
record SignInPage(Visit visit, boolean wrong) implements ConsolePage {
    @Override
    public String html() {
        return SignInPageRenderer.of().execute(this);
    }
}
