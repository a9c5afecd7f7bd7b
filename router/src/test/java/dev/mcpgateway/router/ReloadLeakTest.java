package dev.mcpgateway.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A router whose configuration changes all day long. */
@Timeout(120)
final class ReloadLeakTest {
    private static final int RELOADS = 1_000;

    @TempDir
    private Path folder;

    private int dumps;

    @Test
    void aThousandReloadsLeaveNoThreadAndNoConnectionBehind() throws IOException {
        try (TestRouter router = TestRouter.setup()
                .hostForm()
                .with("UPSTREAM_HEALTH", "/health")
                .with("UPSTREAM_HEALTH_INTERVAL", "100ms")
                .start()) {
            reload(router, 0);
            Eventually.holds(() -> router.service().openConnections() > 0);
            long descriptors = descriptors();

            for (int i = 1; i <= RELOADS; i++) {
                reload(router, i);
                if (i % 20 == 0) {
                    ask(router);
                }
            }

            Eventually.holds(() -> threads("discovery-") == 3);
            Eventually.holds(() -> threads("health-") == 1);
            Eventually.holds(() -> router.service().openConnections() <= 4);
            Eventually.holds(() -> descriptors() <= descriptors + 20);
            ask(router);
        }
        Eventually.holds(() -> threads("discovery-") == 0 && threads("health-") == 0);
    }

    private static void reload(TestRouter router, int number) {
        router.router()
                .reload()
                .changed(router.yaml()
                        + "    connect_timeout: %dms\nroutes:\n  r%d: {rule: 'Host(`echo.example.test`) && Path(`/%d`)', service: echo}\n"
                                .formatted(2_000 + number % 7, number, number));
    }

    private static void ask(TestRouter router) throws IOException {
        try (RawClient client = router.connect("echo.example.test")) {
            assertThat(client.send("GET /mcp HTTP/1.1\r\nHost: echo.example.test:%d\r\n\r\n"
                                    .formatted(router.router().httpsPort()))
                            .read()
                            .status())
                    .isEqualTo(200);
        }
    }

    private static long descriptors() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount();
    }

    /** Virtual threads too, which no count shows. */
    private long threads(String name) {
        Path dump = folder.resolve("threads-" + dumps++);
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
            try (Stream<String> lines = Files.lines(dump)) {
                return lines.filter(line -> line.startsWith("#") && line.contains("\"" + name))
                        .count();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
