package dev.mcpgateway.storage.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The Lua scripts, each of which is one atomic step. What they take and answer is said in their first lines. */
enum Script {
    ADD_ACCOUNT("add-account", true),
    ADD_KEY("add-key", true),
    ADD_TO_INDEX("add-to-index", true),
    APPEND_AUDIT("append-audit", true),
    BEAT("beat", false),
    BEGIN_DEVICE("begin-device", true),
    CONSUME_CODE("consume-code", true),
    CREATE_CLIENT("create-client", true),
    CREATE_FIRST_KEY("create-first-key", true),
    CREATE_GRANT("create-grant", true),
    CREATE_NEXT_KEY("create-next-key", true),
    DECIDE_DEVICE("decide-device", true),
    DELETE("delete", true),
    DELETE_ACCOUNT("delete-account", true),
    DELETE_CLIENT("delete-client", true),
    DELETE_KEY("delete-key", true),
    DROP_GRANTS("drop-grants", true),
    DUE("due", false),
    EXTEND_CLIENT("extend-client", true),
    FIND_CONSENT("find-consent", false),
    FORGET_CONSENTS("forget-consents", true),
    GET("get", false),
    LATEST_AUDIT("latest-audit", false),
    MARK("mark", true),
    PAGE("page", false),
    PIN("pin", true),
    PROBE("probe", false),
    PUT("put", true),
    READ("read", false),
    RECORD_CONSENT("record-consent", true),
    REMEMBER_REVOKED("remember-revoked", true),
    REMOVE_FROM_INDEX("remove-from-index", true),
    REPLACE_ACCOUNT("replace-account", true),
    REPLACE_KEY("replace-key", true),
    RESTORE_CONSENT("restore-consent", true),
    REVOKE_FAMILY("revoke-family", true),
    ROTATE("rotate", true),
    SAVE_ACCOUNT("save-account", true),
    SWEEP_CLIENTS("sweep-clients", true),
    TAKE("take", true),
    UPDATE_CLIENT("update-client", true),
    VERSION("version", true);

    private final String lua;
    private final boolean writing;

    Script(String name, boolean writing) {
        this.lua = read("scripts/" + name + ".lua");
        this.writing = writing;
    }

    String lua() {
        return lua;
    }

    /** Whether replicas must have it before it counts. */
    boolean writing() {
        return writing;
    }

    /** With keys of one bucket. */
    Call on(List<String> keys, Object... arguments) {
        return new Call(
                this, keys, List.of(arguments).stream().map(Object::toString).toList());
    }

    Call on(String key, Object... arguments) {
        return on(List.of(key), arguments);
    }

    /** A script with its keys and arguments. */
    record Call(Script script, List<String> keys, List<String> arguments) {}

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
