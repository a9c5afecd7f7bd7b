/**
 * The checks, each with a name: {@link dev.mcpgateway.doctor.check.Checks} has them in their order, and
 * {@link dev.mcpgateway.doctor.check.Examination} what they share.
 */
package dev.mcpgateway.doctor.check;
