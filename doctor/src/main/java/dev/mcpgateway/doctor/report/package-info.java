/** What the doctor finds, {@link dev.mcpgateway.doctor.report.Finding}, and how it is shown. */
package dev.mcpgateway.doctor.report;
