/**
 * Keys that only we can open: {@link dev.mcpgateway.oracle.key.SealedKeys} makes, seals and opens those in the store.
 */
package dev.mcpgateway.oracle.key;
