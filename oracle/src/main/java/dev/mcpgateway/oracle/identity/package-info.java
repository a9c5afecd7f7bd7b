/**
 * Who the user is, and whether they may come in. An {@link dev.mcpgateway.oracle.identity.IdentityProvider} says who
 * somebody is ({@link dev.mcpgateway.oracle.identity.User}); the {@link dev.mcpgateway.oracle.identity.AccessPolicy} of
 * a service decides with its rules ({@link dev.mcpgateway.oracle.identity.AccessRule}).
 */
package dev.mcpgateway.oracle.identity;
