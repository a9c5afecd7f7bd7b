/**
 * Tests of the store on Redis. {@link dev.mcpgateway.storage.redis.RedisStoreTest} runs the contracts; the others test
 * what is particular to Redis, on servers of their own.
 */
@NullMarked
package dev.mcpgateway.storage.redis;

import org.jspecify.annotations.NullMarked;
