package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStache;

/**
 * Asks for the code that a device shows. Its form is posted to {@code /device} with {@code user_code}.
 *
 * @param userCode what the field holds already; may be empty
 * @param problem what was wrong with the last one; empty if nothing was
 */
@JStache(path = "device")
public record DevicePage(String userCode, String problem) implements Page {
    @Override
    public String html() {
        return DevicePageRenderer.of().execute(this);
    }

    boolean hasProblem() {
        return !problem.isEmpty();
    }
}
