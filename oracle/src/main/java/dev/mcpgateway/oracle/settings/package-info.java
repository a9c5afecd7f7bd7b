/**
 * What the oracle was told. {@link dev.mcpgateway.oracle.settings.OracleSettings} reads the oracle's rows of the table
 * of settings and reports every problem at once; {@link dev.mcpgateway.oracle.settings.Services} answers which
 * {@link dev.mcpgateway.oracle.settings.ProtectedService} a resource or a forwarded request means;
 * {@link dev.mcpgateway.oracle.settings.GatewaySecret} is the one secret that everything sealed depends on.
 */
package dev.mcpgateway.oracle.settings;
