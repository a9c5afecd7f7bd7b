/** A real PostgreSQL server for tests, also for those of other modules. */
@NullMarked
package dev.mcpgateway.storage.jdbc.testing;

import org.jspecify.annotations.NullMarked;
