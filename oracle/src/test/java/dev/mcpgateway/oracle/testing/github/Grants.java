package dev.mcpgateway.oracle.testing.github;

import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.testing.github.Accounts.Account;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The codes and tokens that are out. */
final class Grants {
    private static final Duration CODE_LIFETIME = Duration.ofMinutes(10);
    private static final SecureTokens RANDOM = new SecureTokens();

    private final Clock clock;
    private final Map<String, Code> codes = new HashMap<>();
    private final Map<String, Token> tokens = new HashMap<>();

    private record Code(
            Account account, String redirectUri, @Nullable String challenge, String scope, Instant expiresAt) {}

    /** @param scope separated by commas */
    record Token(String value, Account owner, String scope) {}

    Grants(Clock clock) {
        this.clock = clock;
    }

    synchronized String newCode(Account account, String redirectUri, Map<String, String> asked) {
        String code = RANDOM.random(15);
        codes.put(
                code,
                new Code(
                        account,
                        redirectUri,
                        asked.get("code_challenge"),
                        asked.getOrDefault("scope", "").replaceAll("[ ,]+", ","),
                        clock.instant().plus(CODE_LIFETIME)));
        return code;
    }

    /** A token for a code, which is good once; empty if it is not, or was given to somebody else. */
    synchronized Optional<Token> redeem(Map<String, String> asked) {
        return Optional.ofNullable(codes.remove(asked.getOrDefault("code", "")))
                .filter(code -> clock.instant().isBefore(code.expiresAt()))
                .filter(code ->
                        asked.getOrDefault("redirect_uri", code.redirectUri()).equals(code.redirectUri()))
                .filter(code -> code.challenge() == null
                        || code.challenge().equals(SecureTokens.hash(asked.getOrDefault("code_verifier", ""))))
                .map(code -> {
                    Token token = new Token("gho_" + RANDOM.random(27), code.account(), code.scope());
                    tokens.put(token.value(), token);
                    return token;
                });
    }

    /** The user takes back what the app was given. */
    synchronized void revoke(Account account) {
        tokens.values().removeIf(token -> token.owner().equals(account));
    }

    synchronized Optional<Token> find(String token) {
        return Optional.ofNullable(tokens.get(token));
    }
}
