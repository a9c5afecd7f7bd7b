package dev.mcpgateway.router.route;

import java.io.Serial;

/** A rule that cannot be understood. The message says where, what is there, and what is accepted. */
public final class RuleException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int column;

    /** @param column of the rule's first wrong character, from 1 */
    RuleException(int column, String problem) {
        super("column %d: %s".formatted(column, problem));
        this.column = column;
    }

    public int column() {
        return column;
    }
}
