package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;

/**
 * Asks for the code that a device shows. Its form is posted to {@code /device} with {@code user_code}.
 *
 * @param userCode what the field holds already; may be empty
 * @param unknown whether the last code was nobody's
 */
@JStache(path = "device")
public record DevicePage(Language language, String userCode, boolean unknown) implements Page {
    @Override
    public String html() {
        return DevicePageRenderer.of().execute(this);
    }

    boolean filledIn() {
        return !userCode.isEmpty();
    }
}
