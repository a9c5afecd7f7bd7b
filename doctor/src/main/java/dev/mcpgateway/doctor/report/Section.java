package dev.mcpgateway.doctor.report;

import java.util.List;

/** What one check found. */
public record Section(String check, List<Finding> findings) {
    public Section {
        findings = List.copyOf(findings);
    }
}
