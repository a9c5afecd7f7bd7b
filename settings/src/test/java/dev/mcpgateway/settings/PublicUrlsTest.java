package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlsTest {
    private final Problems problems = new Problems();

    @Test
    void givesEachServiceAHostOfItsOwnByDefault() {
        PublicUrls urls = read(Map.of("BASE_DOMAIN", "Example.com"));

        assertThat(urls.issuer()).hasToString("https://auth.example.com");
        assertThat(urls.service("echo")).hasToString("https://echo.example.com/mcp");
    }

    @Test
    void putsServicesBelowTheIssuerInPathForm() {
        PublicUrls urls =
                read(Map.of("BASE_DOMAIN", "localhost", "ISSUER", "https://localhost:8443", "SERVICE_URLS", "path"));

        assertThat(urls.service("echo")).hasToString("https://localhost:8443/echo/mcp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://auth.example.com",
                "https://auth.example.com/",
                "https://auth.example.com/oauth",
                "https://user@auth.example.com",
                "auth.example.com"
            })
    void refusesAnIssuerThatIsNotAPlainHttpsOrigin(String issuer) {
        read(Map.of("BASE_DOMAIN", "example.com", "ISSUER", issuer));

        assertThat(problems.all()).singleElement().asString().startsWith("ISSUER=" + issuer + " is not accepted");
    }

    private PublicUrls read(Map<String, String> environment) {
        return PublicUrls.read(new Settings(environment, GatewayFile.empty(), problems));
    }
}
