package dev.mcpgateway.router.http2;

/**
 * A line of a header list as it was sent, whatever it holds.
 *
 * @param name one character per byte, pseudo-header fields included
 * @param value one character per byte
 */
public record Field(String name, String value) {
    private static final int OVERHEAD_BYTES = 32;

    /** As tables and lists are measured: RFC 7541, section 4.1. */
    int bytes() {
        return name.length() + value.length() + OVERHEAD_BYTES;
    }

    /** The name only: values may be credentials. */
    @Override
    public String toString() {
        return name;
    }
}
