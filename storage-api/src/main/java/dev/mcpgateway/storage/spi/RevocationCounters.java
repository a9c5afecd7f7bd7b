package dev.mcpgateway.storage.spi;

import java.util.HashMap;
import java.util.Map;

/**
 * Notices revocations that were made and not delivered. A store raises a counter in the same step as each revocation;
 * it has one counter or several, each with a name. Not thread-safe.
 */
public final class RevocationCounters {
    private final Map<String, Long> delivered = new HashMap<>();
    private Map<String, Long> expected = Map.of();
    private boolean compared;

    /**
     * Notes a delivery.
     *
     * @param number the counter's value as the revocation raised it
     * @return false if others before it were not delivered
     */
    public boolean delivered(String counter, long number) {
        long before = delivered.getOrDefault(counter, compared ? 0 : number - 1);
        delivered.put(counter, Math.max(before, number));
        return number <= before + 1;
    }

    /**
     * Compares with the counters in the store. A revocation may be on its way when they are read, so it is missed only
     * if it has not come by the next call. The first call sets out from where the counters are.
     *
     * @param counters all that were ever raised
     * @return false if something was missed, or the store went back in time; then the next call sets out anew
     */
    public boolean compare(Map<String, Long> counters) {
        if (!compared) {
            counters.forEach((counter, number) -> delivered.merge(counter, number, Math::max));
            compared = true;
        }
        boolean complete = expected.entrySet().stream()
                .allMatch(counter -> delivered.getOrDefault(counter.getKey(), 0L) >= counter.getValue()
                        && counters.getOrDefault(counter.getKey(), 0L) >= counter.getValue());
        if (complete) {
            expected = Map.copyOf(counters);
        } else {
            reset();
        }
        return complete;
    }

    /** Sets out anew with the next comparison, as after a loss. */
    public void reset() {
        delivered.clear();
        expected = Map.of();
        compared = false;
    }
}
