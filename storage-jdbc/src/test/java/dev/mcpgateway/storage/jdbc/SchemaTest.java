package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.contract.SettableClock;
import dev.mcpgateway.storage.jdbc.Schema.Migration;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
    private static final Migration NEWEST = Schema.MIGRATIONS.getLast();

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private DatabaseUrl url;

    @BeforeEach
    void chooseFile() {
        url = H2Url.parse("jdbc:h2:" + folder.resolve("store"));
    }

    private List<Long> versions() {
        try (var database = Database.open(url)) {
            return database.list("SELECT version FROM schema_version ORDER BY version", row -> row.number(1));
        }
    }

    private void open() {
        JdbcStore.open(url, clock).close();
    }

    private void pretendVersion(int version, int oldestReader) {
        open();
        try (var database = Database.open(url)) {
            database.update("INSERT INTO schema_version VALUES (?, ?, 0)", version, oldestReader);
        }
    }

    static IntStream firstStatements() {
        return IntStream.rangeClosed(
                0,
                Schema.MIGRATIONS
                        .getFirst()
                        .statements(H2Url.parse("jdbc:h2:mem:any"))
                        .size());
    }

    @Test
    void appliesEveryMigrationOnce() {
        open();
        open();

        assertThat(versions())
                .containsExactlyElementsOf(Schema.MIGRATIONS.stream()
                        .map(migration -> (long) migration.version())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("firstStatements")
    void finishesAMigrationThatWasInterrupted(int statementsDone) {
        try (var database = Database.open(url)) {
            Schema.MIGRATIONS.getFirst().statements(url).stream()
                    .limit(statementsDone)
                    .forEach(database::update);
        }

        open();

        assertThat(versions()).contains((long) NEWEST.version());
    }

    @Test
    void refusesADatabaseThatDemandsANewerProgram() {
        pretendVersion(NEWEST.version() + 7, NEWEST.version() + 5);

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessage(
                        "H2 database %s was written by a newer program: its schema %d needs a program that knows"
                                + " schema %d or newer, and this one knows %d. Start the newer program, or use another"
                                + " database.",
                        folder.resolve("store"), NEWEST.version() + 7, NEWEST.version() + 5, NEWEST.version());
    }

    @Test
    void worksOnANewerDatabaseThatAllowsIt() {
        pretendVersion(NEWEST.version() + 7, NEWEST.version());

        open();

        assertThat(versions()).endsWith(NEWEST.version() + 7L);
    }
}
