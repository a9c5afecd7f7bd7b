package dev.mcpgateway.router.renewal;

import java.time.Instant;

/**
 * When a certificate authority suggests to replace a certificate (RFC 9773 section 4.2).
 *
 * @param askAgain when to ask for a changed window; from Retry-After
 */
public record RenewalWindow(Instant start, Instant end, Instant askAgain) {}
