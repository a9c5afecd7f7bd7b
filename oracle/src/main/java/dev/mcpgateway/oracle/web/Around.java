package dev.mcpgateway.oracle.web;

/** A sentence with markup in its middle, where <code>{0}</code> stands. */
record Around(String before, String after) {
    static Around of(String pattern) {
        String[] parts = pattern.split("\\{0}", 2);
        return new Around(parts[0], parts.length > 1 ? parts[1] : "");
    }
}
