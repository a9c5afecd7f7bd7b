package dev.mcpgateway.oracle.testing.github;

import java.util.LinkedHashMap;
import java.util.Map;

/** What GitHub says when it refuses, word for word. */
final class Refusal {
    private static final String TOKEN_HELP =
            "/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#";

    private Refusal() {}

    static Map<String, String> accessDenied() {
        return of(
                "access_denied",
                "The user has denied your application access.",
                "/apps/building-integrations/setting-up-and-registering-oauth-apps"
                        + "/troubleshooting-authorization-request-errors/#access-denied");
    }

    /** @param what was asked for: {@code authorization-request} or {@code oauth-app-access-token-request} */
    static Map<String, String> redirectUriMismatch(String what) {
        return of(
                "redirect_uri_mismatch",
                "The redirect_uri MUST match the registered callback URL for this application.",
                "/apps/managing-oauth-apps/troubleshooting-" + what + "-errors/#redirect-uri-mismatch");
    }

    static Map<String, String> incorrectClientCredentials() {
        return of(
                "incorrect_client_credentials",
                "The client_id and/or client_secret passed are incorrect.",
                TOKEN_HELP + "incorrect-client-credentials");
    }

    static Map<String, String> badVerificationCode() {
        return of(
                "bad_verification_code",
                "The code passed is incorrect or expired.",
                TOKEN_HELP + "bad-verification-code");
    }

    private static Map<String, String> of(String error, String description, String uri) {
        Map<String, String> refusal = new LinkedHashMap<>();
        refusal.put("error", error);
        refusal.put("error_description", description);
        refusal.put("error_uri", uri);
        return refusal;
    }
}
