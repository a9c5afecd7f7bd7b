package dev.mcpgateway.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.testing.Browser;
import dev.mcpgateway.oracle.testing.RunningOracle;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The home page: what it says to whom. */
class HomeTest {
    private static final String SERVICES = """
            services:
              echo: {upstream: x, allow: ['*']}
              files: {upstream: x, allow: [github:alice]}
              payroll: {upstream: x, allow: [github:carol]}
            """;

    @Test
    void tellsStrangersOnlyOfServicesThatAreOpenToEverybody() {
        try (RunningOracle oracle = RunningOracle.startWithFile(SERVICES)) {
            assertThat(new Browser(oracle).get("/?service=files").body())
                    .contains("https://echo.example.com/mcp", "Sign in to see the services that you may use")
                    .doesNotContain("files", "payroll");
        }
        try (RunningOracle oracle = RunningOracle.start()) {
            assertThat(new Browser(oracle).get("/").body()).doesNotContain("echo", "files");
        }
    }

    @Test
    void showsTheServicesOfWhoeverIsSignedInAndHowToConnectTheOneChosen() {
        try (RunningOracle oracle = RunningOracle.startWithFile(SERVICES)) {
            Browser alice = new Browser(oracle);
            alice.signIn("alice");

            assertThat(alice.get("/").body())
                    .contains("Signed in as alice.", "Connect to echo")
                    .contains("https://echo.example.com/mcp", "https://files.example.com/mcp")
                    .doesNotContain("payroll");
            assertThat(alice.get("/?service=files").body())
                    .contains("Connect to files", "claude mcp add --transport http files https://files.example.com/mcp")
                    .contains("Claude", "ChatGPT", "VS Code", "Cursor", "Windsurf", "MCP Inspector", "mcp-remote@");
            assertThat(alice.get("/?service=payroll").body())
                    .contains("Connect to echo")
                    .doesNotContain("payroll");
        }
    }

    @Test
    void saysThatThereIsNothingForSomebodyWhoMayUseNothing() {
        try (RunningOracle oracle = RunningOracle.start()) {
            Browser bob = new Browser(oracle);
            bob.signIn("bob");

            assertThat(bob.get("/").body()).contains("There is no service here that you may use");
        }
    }

    @Test
    void loadsOneScriptOfTheGatewayAndNoOther() {
        try (RunningOracle oracle = RunningOracle.start()) {
            HttpResponse<String> home = new Browser(oracle).get("/");

            assertThat(home.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'; script-src https://auth.example.com/copy.js; style-src 'self';");
            assertThat(home.body()).containsOnlyOnce("<script").contains("src=\"https://auth.example.com/copy.js?v");
            assertThat(oracle.send(oracle.request("/copy.js")).headers().firstValue("Content-Type"))
                    .contains("text/javascript; charset=utf-8");
        }
    }
}
