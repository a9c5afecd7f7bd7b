package dev.mcpgateway.oracle.testing;

import dev.mcpgateway.oracle.key.KeyRing.Schedule;
import java.time.Duration;

/** How keys come and go where it does not matter. */
public final class KeySchedules {
    public static final Schedule USUAL = new Schedule(Duration.ofHours(1), Duration.ofDays(90), Duration.ofDays(1));

    private KeySchedules() {}
}
