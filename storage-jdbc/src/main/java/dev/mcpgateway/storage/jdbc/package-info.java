/**
 * The store on a relational database.
 *
 * <p>{@link dev.mcpgateway.storage.jdbc.JdbcStoreProvider} opens a {@code JdbcStore}: {@code H2Url} turns the
 * operator's URL into one that keeps what was acknowledged, {@code Database} runs statements and transactions on a
 * bounded pool of connections, {@code Schema} brings the tables up to date, and one {@code Jdbc...Store} per kind of
 * record speaks SQL. {@code Sweeper} deletes what has expired, in the background and in small batches.
 * {@code Revocations} tells listeners.
 *
 * <p>Instants are stored as milliseconds since 1970 in BIGINT columns: finer parts are cut off, so a record may expire
 * up to a millisecond early, never late. Strings are compared character by character.
 *
 * <p>SQL is kept to what H2 and PostgreSQL both understand; what only H2 knows is in {@code H2Url}.
 */
package dev.mcpgateway.storage.jdbc;
