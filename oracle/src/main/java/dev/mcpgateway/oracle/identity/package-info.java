/**
 * Who the user is, and whether they may come in. An {@link dev.mcpgateway.oracle.identity.IdentityProvider} says who
 * somebody is ({@link dev.mcpgateway.oracle.identity.User}); the {@link dev.mcpgateway.oracle.identity.AccessPolicy} of
 * a service decides with its rules ({@link dev.mcpgateway.oracle.identity.AccessRule}).
 *
 * <p>{@link dev.mcpgateway.oracle.identity.GithubIdentityProvider} sends the browser to GitHub and asks GitHub who came
 * back, and what they are a member of ({@code GithubApi}, {@code GithubMemberships}, over {@code ProviderHttp}).
 * {@link dev.mcpgateway.oracle.identity.OidcIdentityProvider} does the same with any OpenID provider ({@code OidcApi}),
 * checks what it signed ({@code IdTokens}), and makes a {@link dev.mcpgateway.oracle.identity.Profile} of its claims
 * ({@code OidcClaims}).
 */
package dev.mcpgateway.oracle.identity;
