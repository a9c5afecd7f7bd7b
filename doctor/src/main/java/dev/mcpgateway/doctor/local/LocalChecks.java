package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import java.time.Clock;
import java.util.List;

/** The checks of the management listeners in their order. */
public final class LocalChecks {
    private LocalChecks() {}

    public static List<Check> all(Management management) {
        return List.of(
                new ReadinessCheck(management),
                new SettingsCheck(management),
                new RoutesCheck(management),
                new OrderedCertificatesCheck(management),
                new BackupCheck(management, Clock.systemUTC()));
    }
}
