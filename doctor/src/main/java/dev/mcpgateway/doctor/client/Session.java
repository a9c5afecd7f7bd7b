package dev.mcpgateway.doctor.client;

import dev.mcpgateway.doctor.client.SignIn.Tokens;

/** A sign-in that succeeded, with the tokens that count now. */
public record Session(SignIn signIn, Tokens tokens) {}
