/** Real Redis servers for tests, also for those of other modules. */
@NullMarked
package dev.mcpgateway.storage.redis.testing;

import org.jspecify.annotations.NullMarked;
