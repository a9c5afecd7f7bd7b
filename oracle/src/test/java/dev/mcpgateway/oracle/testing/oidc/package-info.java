/** An OpenID provider to sign in with. */
@org.jspecify.annotations.NullMarked
package dev.mcpgateway.oracle.testing.oidc;
