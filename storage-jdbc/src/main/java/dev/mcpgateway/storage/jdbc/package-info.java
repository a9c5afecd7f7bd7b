/**
 * The store on a relational database.
 *
 * <p>{@link dev.mcpgateway.storage.jdbc.JdbcStoreProvider} opens a {@code JdbcStore}: a {@code DatabaseUrl}
 * ({@code H2Url} or {@code PostgresUrl}) turns the operator's URL into one that keeps what was acknowledged,
 * {@code Database} runs statements and transactions on a bounded pool of connections, {@code Schema} brings the tables
 * up to date, and one {@code Jdbc...Store} per kind of record speaks SQL. {@code Sweeper} deletes what has expired, in
 * the background and in small batches. {@code Revocations} tell listeners: of this JVM for H2, of every process for
 * PostgreSQL.
 *
 * <p>Instants are stored as milliseconds since 1970 in BIGINT columns: finer parts are cut off, so a record may expire
 * up to a millisecond early, never late. Strings are compared and ordered character by character.
 *
 * <p>SQL is kept to what H2 and PostgreSQL both understand; what only one of them knows is behind {@code DatabaseUrl}
 * and {@code Revocations}.
 *
 * <h2>PostgreSQL</h2>
 *
 * <p>{@code jdbc:postgresql://HOST:PORT/DATABASE?user=...&password=...}, PostgreSQL 15 or newer with {@code ENCODING
 * 'UTF8'}. The user owns the database, or may create tables in its schema. Every other setting of the driver can
 * follow; of several hosts ({@code HOST1,HOST2}) the primary is found with {@code targetServerType=primary}. Across a
 * network, TLS with {@code sslmode=verify-full&sslrootcert=/path/ca.pem} (which must be the name in the server's
 * certificate) keeps password and records from being read on the way; without it the driver encrypts if the server
 * offers it, and checks nothing. {@code sslcert} and {@code sslkey} can take the password's place. A connection pooler
 * in between must pool by session, because notifications belong to one.
 */
package dev.mcpgateway.storage.jdbc;
