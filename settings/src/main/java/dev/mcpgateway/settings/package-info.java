/**
 * Settings. {@link dev.mcpgateway.settings.KnownSettings} is the one table of them;
 * {@link dev.mcpgateway.settings.Settings} reads a value from the environment, from the file that {@code NAME_FILE}
 * points to, from {@code gateway.yaml} ({@link dev.mcpgateway.settings.GatewayFile}) or takes the default. Whatever is
 * wrong goes to {@link dev.mcpgateway.settings.Problems}, so that a person reads all of it at once.
 */
package dev.mcpgateway.settings;
