package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {
    @TempDir
    Path folder;

    private String url;

    @BeforeEach
    void chooseFile() {
        url = "jdbc:h2:" + folder.resolve("data/store");
    }

    private Store open(String settings) {
        return StoreProvider.openAny(url + settings, Clock.systemUTC());
    }

    @Test
    void tellsWhetherItKeepsWhatItConfirmed() {
        try (Store store = open("")) {
            assertThat(store.durability()).containsEntry("WRITE_DELAY", "0");
        }
        try (Store store = StoreProvider.openAny("jdbc:h2:mem:durability", Clock.systemUTC())) {
            assertThat(store.durability()).containsEntry("file", "none");
        }
    }

    /** Holds the store open until it is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws InterruptedException {
            try (Store store = StoreProvider.openAny(arguments[0], Clock.systemUTC())) {
                store.check();
                System.out.println("open");
                Thread.sleep(Duration.ofMinutes(5));
            }
        }
    }

    @Test
    void saysThatAnotherProcessHasTheFileOpen() throws Exception {
        try (var holder = ChildProcess.start(Holder.class, url)) {
            assertThat(holder.line()).isEqualTo("open");

            assertThatThrownBy(() -> open(""))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("H2 database " + folder.resolve("data/store")
                            + " is already in use by another process; stop it or use another folder");
        }
        open("").close();
    }

    @Test
    void createsFolderAndFileForTheirOwnerOnly() throws IOException {
        open("").close();

        assertThat(permissions(folder.resolve("data"))).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder.resolve("data"))) {
            List<Path> all = files.toList();
            assertThat(all).containsExactly(folder.resolve("data/store.mv.db"));
            assertThat(permissions(all.getFirst())).isEqualTo("rw-------");
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void takesCredentialsFromTheUrl() {
        open(";USER=gateway;PASSWORD=correct horse").close();

        open(";user=gateway;password=correct horse").close();
        assertThatThrownBy(() -> open(";USER=gateway;PASSWORD=wrong-one"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("does not accept this user and password")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("wrong-one"));
    }

    private static String stackTrace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {";WRITE_DELAY=500", ";write_delay=1;PASSWORD=hidden", ";DB_CLOSE_ON_EXIT=TRUE"})
    void refusesSettingsThatLoseWhatWasAcknowledged(String settings) {
        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("could lose what was acknowledged; leave it out")
                .hasMessageNotContaining("hidden");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {";INIT=RUNSCRIPT FROM 'x'", ";AUTO_SERVER=TRUE"})
    void refusesSettingsThatLetOthersIn(String settings) {
        assertThatThrownBy(() -> open(settings))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is not supported; leave it out");
    }

    @Test
    void acceptsItsOwnSettingsWhenTheyAreGiven() {
        open(";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=false;").close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:", "jdbc:h2:tcp://localhost/x", "jdbc:h2:ssl:x", "jdbc:h2:zip:x!y"})
    void opensFilesOnly(String other) {
        assertThatThrownBy(() -> StoreProvider.openAny(other, Clock.systemUTC()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("accepted is a file, such as jdbc:h2:/data/gateway");
    }

    @Test
    void namesTheSchemesThatAreKnown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreProvider.openAny("redis://:secret@localhost", Clock.systemUTC()))
                .withMessageContaining("jdbc:h2:")
                .withMessageNotContaining("secret");
    }

    @Test
    void saysThatTheFolderCannotBeMade() throws IOException {
        Files.writeString(folder.resolve("data"), "a file where the folder should be");

        assertThatThrownBy(() -> open(""))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be created: is its folder writable?");
    }

    @Test
    void saysThatAFileIsNoDatabase() throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.writeString(folder.resolve("data/store.mv.db"), "garbage".repeat(5_000));

        assertThatThrownBy(() -> open(""))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged; restore it from a backup");
    }

    @Test
    void answersWithAStoreExceptionOnceItIsClosed() {
        Store store = open("");
        store.close();
        store.close();

        assertThatThrownBy(store::check).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.tokens().findGrant("x")).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.tokens().list(null, 1)).isInstanceOf(StoreException.class);
    }
}
