package dev.mcpgateway.oracle.key;

/** The store holds keys that this GATEWAY_JWT_SECRET does not open. The message says how to go on. */
public final class KeysLockedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeysLockedException(String purpose, String id) {
        super(
                "the store's %s key %s cannot be opened with this GATEWAY_JWT_SECRET: start with the secret that the store was first used with (GATEWAY_JWT_SECRET, or the file in KEYS_DIR), or with an empty store; while the secret is being changed, give the one before in GATEWAY_JWT_SECRET_PREVIOUS"
                        .formatted(purpose, id));
    }
}
