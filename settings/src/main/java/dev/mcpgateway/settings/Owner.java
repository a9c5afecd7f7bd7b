package dev.mcpgateway.settings;

/** Who reads a setting. */
public enum Owner {
    /** Router and oracle. */
    BOTH,
    ROUTER,
    ORACLE
}
