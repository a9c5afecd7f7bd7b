/** The command: what is asked for, {@link dev.mcpgateway.doctor.Arguments}, and running the checks. */
package dev.mcpgateway.doctor;
