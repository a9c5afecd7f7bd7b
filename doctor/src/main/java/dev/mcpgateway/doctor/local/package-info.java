/**
 * What the management listeners tell on the gateway's own machine: {@link dev.mcpgateway.doctor.local.Management} asks
 * them, {@link dev.mcpgateway.doctor.local.LocalChecks} judges.
 */
package dev.mcpgateway.doctor.local;
