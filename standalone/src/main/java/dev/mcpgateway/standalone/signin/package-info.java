/**
 * The local sign-in: whoever sits at this computer says a user name and is that user. It exists for the quick start
 * alone, so {@link dev.mcpgateway.standalone.signin.LocalSignIn} refuses to start unless every listener is on loopback,
 * and answers only what came through the router from this computer for this host.
 */
package dev.mcpgateway.standalone.signin;
