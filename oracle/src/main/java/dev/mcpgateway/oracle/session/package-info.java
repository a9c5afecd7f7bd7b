/**
 * Browsers in which somebody is signed in to look after their connections.
 * {@link dev.mcpgateway.oracle.session.Sessions} knows the cookie; the store knows its hash. A session shows and ends
 * connections and never makes one.
 */
package dev.mcpgateway.oracle.session;
