/**
 * What a client finds out before it signs in: {@link dev.mcpgateway.doctor.discovery.Discovery} fetches every document
 * once, from each place where some client looks for it, and judges nothing.
 */
package dev.mcpgateway.doctor.discovery;
