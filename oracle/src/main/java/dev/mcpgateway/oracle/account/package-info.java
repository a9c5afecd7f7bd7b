/**
 * {@code /account}: people look after their own connections. {@link dev.mcpgateway.oracle.account.AccountEndpoint}
 * shows and ends them; {@link dev.mcpgateway.oracle.account.Visitors} says what the home page shows to whom.
 */
package dev.mcpgateway.oracle.account;
