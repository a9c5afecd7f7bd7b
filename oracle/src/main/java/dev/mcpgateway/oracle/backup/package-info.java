/**
 * Backups: everything of a store that outlives a sign-in, as a file that any store can take.
 * {@link dev.mcpgateway.oracle.backup.Export} writes it, {@link dev.mcpgateway.oracle.backup.Import} checks the whole
 * of it before it touches the store; {@link dev.mcpgateway.oracle.backup.EntryJson} is the form of a line.
 *
 * <p>A backup is a text of one JSON object to a line: a header that names format and version, the records, and a
 * trailer with their number and the SHA-256 of all bytes before it. The command line and the management listener are
 * the two ways to it; {@link dev.mcpgateway.oracle.backup.ReferenceBackup} reads what the reference stack wrote.
 */
package dev.mcpgateway.oracle.backup;
