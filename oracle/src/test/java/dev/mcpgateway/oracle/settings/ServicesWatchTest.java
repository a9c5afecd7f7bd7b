package dev.mcpgateway.oracle.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ServicesWatchTest {
    private final Semaphore changes = new Semaphore(0);

    private static OracleSettings read(Path folder) {
        Problems problems = new Problems();
        Map<String, String> environment = Map.of(
                "BASE_DOMAIN", "example.com",
                "VERIFY_SECRET", "the-verify-secret-of-these-tests-0",
                "GATEWAY_JWT_SECRET", "the-gateway-secret-of-these-tests-",
                "STORAGE_URL", "jdbc:h2:mem:x");
        return OracleSettings.read(new Settings(environment, GatewayFile.read(folder, problems), problems));
    }

    /** As editors and orchestrators do it: beside the file, and then in its place. */
    private static void write(Path folder, String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, folder.resolve("gateway.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void awaitChange() throws InterruptedException {
        assertThat(changes.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void letsAValidFileCountAndAWrongOneChangeNothing(@TempDir Path folder) throws Exception {
        write(folder, "services: {echo: {upstream: x, allow: ['github:alice']}}");
        OracleSettings settings = read(folder);
        Services services = settings.services();
        try (ServicesWatch _ = ServicesWatch.start(folder, settings, changes::release)) {
            assertThat(services.all()).extracting(ProtectedService::name).containsExactly("echo");

            write(folder, "services: {echo: {upstream: x, scopes: [read]}, files: {upstream: x}}");
            awaitChange();
            assertThat(services.all()).extracting(ProtectedService::name).containsExactly("echo", "files");
            assertThat(services.byResource("https://echo.example.com/mcp")
                            .orElseThrow()
                            .scopes()
                            .needed())
                    .containsExactly("read");

            write(folder, "services: {echo: {upstrem: x}}");
            Files.delete(folder.resolve("gateway.yaml"));
            write(folder, "services: {files: {upstream: x}}");
            awaitChange();
            assertThat(services.all()).extracting(ProtectedService::name).containsExactly("files");
            assertThat(changes.availablePermits()).isZero();
        }
    }

    @Test
    void keepsWhatWasWhereTheFileIsWrong(@TempDir Path folder) throws Exception {
        write(folder, "services: {echo: {upstream: x}}");
        OracleSettings settings = read(folder);
        try (ServicesWatch _ = ServicesWatch.start(folder, settings, changes::release)) {
            write(folder, "services: {files: {upstream: x, allow: ['nonsense:x']}}");

            assertThat(changes.tryAcquire(5, TimeUnit.SECONDS)).isFalse();
            assertThat(settings.services().all())
                    .extracting(ProtectedService::name)
                    .containsExactly("echo");
        }
    }
}
