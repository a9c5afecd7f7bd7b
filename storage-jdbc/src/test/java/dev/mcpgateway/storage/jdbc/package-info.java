/**
 * Tests of the store on H2. {@link dev.mcpgateway.storage.jdbc.H2StoreTest} runs the contracts; the others test what is
 * particular to a database file. {@link dev.mcpgateway.storage.jdbc.ChildProcess} runs programs that are killed.
 */
@NullMarked
package dev.mcpgateway.storage.jdbc;

import org.jspecify.annotations.NullMarked;
