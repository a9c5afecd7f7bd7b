/**
 * One record of the storage API is one hash in Redis, and each of its verbs is one Lua script: {@link Script} names
 * them, {@link Redis} runs them with a bounded number of callers and a time-out, {@link Keys} says where records are.
 *
 * <p>Records are spread over {@linkplain Bucket buckets}. A bucket is a hash tag, so whatever a script touches is in
 * one slot of a Cluster: a grant with its indexes, its tombstone and the counter of revocations.
 */
package dev.mcpgateway.storage.redis;
