/**
 * Keys that only we can open: {@link dev.mcpgateway.oracle.key.SealedKeys} seals and opens those in the store; a
 * {@link dev.mcpgateway.oracle.key.KeyRing} lets one key of a purpose follow the other, and
 * {@link dev.mcpgateway.oracle.key.KeyRotation} turns the rings as time goes by.
 */
package dev.mcpgateway.oracle.key;
