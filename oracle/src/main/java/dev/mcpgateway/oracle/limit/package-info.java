/** How often something may be asked, by whom. */
package dev.mcpgateway.oracle.limit;
