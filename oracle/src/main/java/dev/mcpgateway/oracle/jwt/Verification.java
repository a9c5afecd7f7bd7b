package dev.mcpgateway.oracle.jwt;

/** The outcome of checking an access token by itself; whether its grant is still alive only the store knows. */
public sealed interface Verification {
    record Genuine(AccessToken token) implements Verification {}

    /** @param reason one sentence for the client's developer, in printable ASCII without quotes */
    record Invalid(String reason) implements Verification {}
}
