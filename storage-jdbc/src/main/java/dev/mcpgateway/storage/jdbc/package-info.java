/**
 * The storage contract on SQL. {@link dev.mcpgateway.storage.jdbc.JdbcStoreProvider} opens the
 * {@link dev.mcpgateway.storage.jdbc.Database}, {@link dev.mcpgateway.storage.jdbc.Schema} brings it up to date, and
 * one class per part of the contract holds that part's SQL. {@link dev.mcpgateway.storage.jdbc.Sweeper} deletes what
 * has expired.
 */
package dev.mcpgateway.storage.jdbc;
