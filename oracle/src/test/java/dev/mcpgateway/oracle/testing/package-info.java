/** Stand-ins and fixtures of this module's tests. */
@NullMarked
package dev.mcpgateway.oracle.testing;

import org.jspecify.annotations.NullMarked;
