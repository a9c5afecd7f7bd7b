package dev.mcpgateway.router.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Whether the router can do its work: certificates for its hosts, and somebody who listens where verify is.
 *
 * @param verify asked for a connection each time
 */
public record Readiness(BooleanSupplier certificates, BooleanSupplier verify) {
    /** Each condition by name, in a fixed order. */
    Map<String, Boolean> conditions() {
        Map<String, Boolean> conditions = new LinkedHashMap<>();
        conditions.put("certificates", certificates.getAsBoolean());
        conditions.put("verify", verify.getAsBoolean());
        return conditions;
    }
}
