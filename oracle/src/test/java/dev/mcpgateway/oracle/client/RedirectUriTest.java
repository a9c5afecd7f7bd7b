package dev.mcpgateway.oracle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectUriTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://claude.ai/api/mcp/auth_callback",
                "https://chatgpt.com/connector/oauth/AbC-12_3",
                "https://chatgpt.com/connector_platform_oauth_redirect",
                "https://vscode.dev/redirect",
                "https://insiders.vscode.dev/redirect",
                "https://www.cursor.com/agents/mcp/oauth/callback",
                "https://example.com",
                "https://example.com:8443/cb?tenant=1",
                "https://[2001:db8::1]/cb",
                "https://localhost:8443/cb",
                "http://localhost:8787/callback",
                "http://localhost",
                "http://127.0.0.1/",
                "http://127.0.0.1:33418/",
                "http://[::1]:5000/cb",
                "cursor://anysphere.cursor-mcp/oauth/callback",
                "vscode://vendor.extension/callback",
                "com.example.app:/callback",
                "com.example.app:/callback?x=%20"
            })
    void acceptsWhatClientsUse(String uri) {
        assertThat(RedirectUri.parse(uri)).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "callback",
                "/callback",
                "//example.com/cb",
                "https:",
                "https://",
                "https:///cb",
                "https:example.com",
                "https://user@example.com/cb",
                "https://user:pass@example.com/cb",
                "https://claude.ai@evil.example/cb",
                "https://claude.ai\\@evil.example/cb",
                "https://example.com/cb#fragment",
                "https://example.com/cb#",
                "https://*.example.com/cb",
                "https://example.com/*",
                "https://example.com:0/cb",
                "https://example.com:65536/cb",
                "https://example.com:/cb",
                "https://exämple.com/cb",
                "https://example.com/a b",
                "https://example.com/%zz",
                "https://example.com/\"><script>",
                "https://example.com/\r\nSet-Cookie: a=b",
                "https://.example.com/cb",
                "http://example.com/cb",
                "http://localhost.evil.example/cb",
                "http://127.0.0.1.evil.example/cb",
                "http://127.0.0.2/cb",
                "http://2130706433/cb",
                "http://0.0.0.0/cb",
                "http://[::ffff:127.0.0.1]/cb",
                "http://localhost@evil.example/cb",
                "http://LOCALHOST/cb",
                "http://localhost:80a/cb",
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "file:///etc/passwd",
                "blob:https://example.com/x",
                "about:blank",
                "view-source:https://example.com",
                "ftp://example.com/cb",
                "mailto:a@example.com",
                "urn:ietf:wg:oauth:2.0:oob",
                "unknownprogram://callback",
                "Cursor://anysphere.cursor-mcp/oauth/callback",
                "com.example.app:"
            })
    void refusesEverythingElse(String uri) {
        assertThatThrownBy(() -> RedirectUri.parse(uri))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(OAuthError.INVALID_REDIRECT_URI));
    }

    @Test
    void refusesOneThatIsTooLong() {
        assertThatThrownBy(() -> RedirectUri.parse("https://example.com/" + "a".repeat(2048)))
                .hasMessageContaining("longer than 2048");
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1/, http://127.0.0.1:51000/",
        "http://127.0.0.1:33418/, http://127.0.0.1:51000/",
        "http://localhost/callback, http://localhost:3118/callback",
        "http://localhost:8787/callback, http://localhost/callback",
        "http://[::1]/cb?a=1, http://[::1]:9/cb?a=1",
        "https://claude.ai/cb, https://claude.ai/cb"
    })
    void admitsTheSameTextAndAnyLoopbackPort(String registered, String requested) {
        assertThat(RedirectUri.parse(registered).admits(requested)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "https://claude.ai/cb, https://claude.ai/cb/",
        "https://claude.ai/cb, https://claude.ai/cb?x=1",
        "https://claude.ai/cb, https://CLAUDE.ai/cb",
        "https://claude.ai/cb, https://claude.ai:443/cb",
        "https://claude.ai/cb, https://claude.ai/x/../cb",
        "https://claude.ai/cb, https://claude.ai/%63b",
        "https://localhost/cb, https://localhost:8443/cb",
        "http://localhost/cb, http://127.0.0.1/cb",
        "http://127.0.0.1/cb, http://[::1]/cb",
        "http://localhost/cb, http://localhost:1/cb/x",
        "http://localhost/cb, http://localhost:1/CB",
        "http://localhost/cb, http://localhost:0/cb",
        "http://localhost/cb, http://localhost:99999/cb",
        "http://localhost/cb, http://localhost:1@evil.example/cb",
        "http://localhost/cb, http://localhost:1/cb#f",
        "http://localhost/cb, https://localhost/cb",
        "cursor://anysphere.cursor-mcp/oauth/callback, cursor://anysphere.cursor-mcp:1/oauth/callback"
    })
    void admitsNothingElse(String registered, String requested) {
        assertThat(RedirectUri.parse(registered).admits(requested)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://Claude.AI/cb, claude.ai, false, false",
        "http://localhost:1/cb, localhost, true, false",
        "http://[::1]/cb, [::1], true, false",
        "cursor://x/cb, cursor:, true, true"
    })
    void tellsPeopleWhereItLeads(String uri, String destination, boolean onThisDevice, boolean opensProgram) {
        RedirectUri redirectUri = RedirectUri.parse(uri);

        assertThat(redirectUri.destination()).isEqualTo(destination);
        assertThat(redirectUri.isOnThisDevice()).isEqualTo(onThisDevice);
        assertThat(redirectUri.opensProgram()).isEqualTo(opensProgram);
    }
}
