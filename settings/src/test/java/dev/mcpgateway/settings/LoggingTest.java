package dev.mcpgateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
    private static final Logger LOGGER = Logger.getLogger("dev.mcpgateway.settings.LoggingTest");

    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    @AfterEach
    void leaveLoggingAsItWas() throws IOException {
        LogManager.getLogManager().readConfiguration();
        Logger.getLogger("dev.mcpgateway").setLevel(null);
    }

    @Test
    void writesToTheFileFromTheLevelOn() throws IOException {
        Path file = folder.resolve("oracle.log");

        read(Map.of("LOG_LEVEL", "warning", "LOG_FILE", file.toString())).start();
        LOGGER.info("not this");
        LOGGER.warning("but this");

        assertThat(Files.readString(file)).contains("but this").doesNotContain("not this");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void writesEveryDecisionWithDebug() throws IOException {
        Path file = folder.resolve("oracle.log");

        read(Map.of("LOG_LEVEL", "DEBUG", "LOG_FILE", file.toString())).start();
        LOGGER.fine("a decision");

        assertThat(Files.readString(file)).contains("a decision");
        assertThat(Logger.getLogger("").getHandlers())
                .allSatisfy((Handler handler) ->
                        assertThat(handler.getLevel().intValue()).isLessThanOrEqualTo(Level.FINE.intValue()));
    }

    @Test
    void leavesTheLevelAloneThatNobodySet() {
        Logger.getLogger("dev.mcpgateway").setLevel(Level.FINE);

        read(Map.of()).start();

        assertThat(Logger.getLogger("dev.mcpgateway").getLevel()).isEqualTo(Level.FINE);
    }

    @Test
    void keepsSoManyFilesOfSoManyBytes() throws IOException {
        Path file = folder.resolve("router.log");
        LogFile log = new LogFile(file, 1_000, 3);

        for (int i = 0; i < 200; i++) {
            log.publish(new LogRecord(Level.INFO, "record " + i));
        }

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("router.log", "router.log.1", "router.log.2");
        }
        assertThat(Files.readString(file)).contains("record 199");
        for (Path each : List.of(file, folder.resolve("router.log.1"), folder.resolve("router.log.2"))) {
            assertThat(Files.size(each)).isLessThan(1_500);
        }
    }

    @Test
    void goesOnInANewFileWhenTheOldOneWasMovedAway() throws IOException {
        Path file = folder.resolve("router.log");
        LogFile log = new LogFile(file, 1_000_000, 3);
        log.publish(new LogRecord(Level.INFO, "before"));

        Files.move(file, folder.resolve("kept"));
        log.publish(new LogRecord(Level.INFO, "after"));

        assertThat(Files.readString(file)).contains("after").doesNotContain("before");
    }

    @Test
    void namesAFileThatCannotBeWrittenToAndALevelThatIsNone() {
        read(Map.of(
                "LOG_LEVEL",
                "LOUD",
                "LOG_FILE",
                folder.resolve("missing/oracle.log").toString()));

        assertThat(problems.all())
                .anySatisfy(
                        problem -> assertThat(problem).contains("LOG_LEVEL=LOUD", "one of DEBUG, INFO, WARNING, ERROR"))
                .anySatisfy(problem -> assertThat(problem).contains("LOG_FILE=", "cannot be written to"));
    }

    private Logging read(Map<String, String> environment) {
        return Logging.read(new Settings(environment, GatewayFile.empty(), problems));
    }
}
