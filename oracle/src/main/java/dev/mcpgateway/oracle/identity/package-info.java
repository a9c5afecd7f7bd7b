/**
 * Who the user is, and whether they may come in. An {@link dev.mcpgateway.oracle.identity.IdentityProvider} says who
 * somebody is ({@link dev.mcpgateway.oracle.identity.User}); the {@link dev.mcpgateway.oracle.identity.AccessPolicy} of
 * a service decides with its rules ({@link dev.mcpgateway.oracle.identity.AccessRule}).
 *
 * <p>{@link dev.mcpgateway.oracle.identity.GithubIdentityProvider} sends the browser to GitHub and asks GitHub who came
 * back ({@code GithubApi}, over {@code ProviderHttp}).
 */
package dev.mcpgateway.oracle.identity;
