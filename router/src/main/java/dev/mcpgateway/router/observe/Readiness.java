package dev.mcpgateway.router.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Whether the router can do its work: certificates for its hosts, somebody who listens where verify is, and the routes
 * of labels.
 *
 * @param verify asked for a connection each time
 * @param labels whether Docker has been asked, whatever it said; also where nobody asks it
 */
public record Readiness(BooleanSupplier certificates, BooleanSupplier verify, BooleanSupplier labels) {
    /** Each condition by name, in a fixed order. */
    Map<String, Boolean> conditions() {
        Map<String, Boolean> conditions = new LinkedHashMap<>();
        conditions.put("certificates", certificates.getAsBoolean());
        conditions.put("verify", verify.getAsBoolean());
        conditions.put("labels", labels.getAsBoolean());
        return conditions;
    }
}
