/** What an operator must be able to look up later: {@link dev.mcpgateway.oracle.audit.SecurityEvents}. */
package dev.mcpgateway.oracle.audit;
