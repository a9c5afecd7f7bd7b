/**
 * The doctor as a client: {@link dev.mcpgateway.doctor.client.ClientProfile} says what well-known clients do,
 * {@link dev.mcpgateway.doctor.client.Registration} and {@link dev.mcpgateway.doctor.client.SignIn} do it.
 */
package dev.mcpgateway.doctor.client;
