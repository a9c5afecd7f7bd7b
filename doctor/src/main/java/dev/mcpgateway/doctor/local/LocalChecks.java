package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of the management listeners in their order. */
public final class LocalChecks {
    private LocalChecks() {}

    /** @param management null if nobody knows where it is */
    public static List<Check> all(@Nullable Management management) {
        return management == null
                ? List.of(new NoManagement())
                : List.of(
                        new ReadinessCheck(management),
                        new SettingsCheck(management),
                        new RoutesCheck(management),
                        new OrderedCertificatesCheck(management),
                        new BackupCheck(management, Clock.systemUTC()));
    }

    /** Says what is missing to look further. */
    private static final class NoManagement implements Check {
        @Override
        public String name() {
            return "Management";
        }

        @Override
        public List<Finding> run(Examination examination) {
            return List.of(Finding.notChecked(
                    "management",
                    "settings, store, routes, backups",
                    "ORACLE_MANAGEMENT_URL is not set, and --data names no folder of a quick start"));
        }
    }
}
