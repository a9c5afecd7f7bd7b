/**
 * The storage API. {@link dev.mcpgateway.storage.StoreProvider} opens a {@link dev.mcpgateway.storage.Store} from a
 * URL; the store is divided by what is remembered: clients, pending logins, sessions, codes, consents, grants,
 * accounts, keys and audit events.
 *
 * <p>Rules that hold for every implementation, proven by the contract tests in this module's test-jar:
 *
 * <ul>
 *   <li>Every operation is one atomic step, is durable when it returns, and changes nothing when it throws
 *       {@link dev.mcpgateway.storage.StoreException}.
 *   <li>Expiry is absolute. A record is usable until just before its {@code expiresAt} by the store's clock, and gone
 *       afterwards, whether or not its row was swept already.
 *   <li>Instants are kept to the millisecond; finer parts are cut off.
 *   <li>Secrets come in as hashes (SHA-256, base64url without padding) or sealed; the store never sees one in clear.
 *   <li>Everything is safe for use by many threads at once.
 * </ul>
 */
package dev.mcpgateway.storage;
