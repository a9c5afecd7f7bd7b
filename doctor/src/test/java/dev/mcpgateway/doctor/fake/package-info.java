/** A gateway that does everything right until a test spoils it. */
package dev.mcpgateway.doctor.fake;
