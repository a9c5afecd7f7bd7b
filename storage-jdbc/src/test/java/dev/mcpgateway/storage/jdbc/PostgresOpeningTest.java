package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store says of a PostgreSQL database that it cannot, or must not, use. */
@Timeout(60)
class PostgresOpeningTest {
    private static PostgresServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.shared();
    }

    private static Store open(String url) {
        return StoreProvider.openAny(url, Clock.systemUTC());
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String url) {
        return assertThatThrownBy(() -> open(url))
                .isInstanceOf(StoreException.class)
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("wrong-one", "pa%ss"));
    }

    private static String stackTrace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String name(String database) {
        return "PostgreSQL database " + database + " at 127.0.0.1:" + server.port();
    }

    @Test
    void tellsWhetherTheServerKeepsWhatItConfirmed() {
        try (Store store = open(server.url("postgres"))) {
            assertThat(store.durability()).containsKeys("fsync", "synchronous_commit", "full_page_writes");
        }
    }

    @Test
    void saysThatThePasswordIsWrong() {
        assertRefused(server.url("postgres", "gateway", "wrong-one"))
                .hasMessage(name("postgres") + " does not accept user gateway with this password from this address");
        assertRefused(server.url("postgres", "nobody", "wrong-one"))
                .hasMessageContaining("does not accept user nobody");
    }

    @Test
    void saysThatTheDatabaseDoesNotExist() {
        assertRefused(server.url("nowhere"))
                .hasMessage(name("nowhere") + " does not exist; create it: CREATE DATABASE nowhere OWNER gateway"
                        + " ENCODING 'UTF8'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:1", "no-such-host.invalid"})
    void saysThatTheServerCannotBeReached(String host) {
        assertRefused("jdbc:postgresql://" + host + "/x?user=gateway&password=wrong-one")
                .hasMessageStartingWith("PostgreSQL database x at " + host + " cannot be reached, or does not answer");
    }

    @Test
    void saysThatRightsAreMissing() throws Exception {
        server.execute("CREATE ROLE weak LOGIN PASSWORD 'weak'");
        server.execute("CREATE SCHEMA closed");
        server.execute("GRANT USAGE ON SCHEMA closed TO weak");

        String url = server.url("postgres", "weak", "weak");
        assertRefused(url)
                .hasMessageStartingWith(name("postgres") + " does not give user weak the rights it needs")
                .hasMessageContaining("GRANT CREATE, USAGE ON SCHEMA public TO weak");
        assertRefused(url + "&currentSchema=closed").hasMessageContaining("the rights it needs");
        assertRefused(url + "&currentSchema=missing").hasMessageContaining("no schema to create tables in");
    }

    @Test
    void needsNoRightToCreateTablesThatAreThere() throws Exception {
        String url = server.newSchema();
        open(url).close();
        String schema = url.substring(url.lastIndexOf('=') + 1);
        server.execute("CREATE ROLE worker LOGIN PASSWORD 'worker'");
        server.execute("GRANT USAGE ON SCHEMA " + schema + " TO worker");
        server.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA " + schema + " TO worker");

        try (Store store = open(server.url("postgres", "worker", "worker") + "&currentSchema=" + schema)) {
            store.tokens().revokeFamily("family");
        }
    }

    @Test
    void refusesAnEncodingWithoutEveryCharacter() throws Exception {
        server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0");

        assertRefused(server.url("latin")).hasMessageContaining("holds text as LATIN1");
    }

    @Test
    void refusesAServerThatOnlyReads() throws Exception {
        server.execute("CREATE DATABASE standby");
        server.execute("ALTER DATABASE standby SET default_transaction_read_only = on");

        assertRefused(server.url("standby")).hasMessageContaining("is read-only; name the primary server");
    }

    @Test
    void refusesAnOldServer() {
        PostgresUrl url = PostgresUrl.parse(server.url("postgres"));

        url.checkVersion(15);
        assertThatThrownBy(() -> url.checkVersion(14))
                .isInstanceOf(StoreException.class)
                .hasMessage(name("postgres")
                        + " is of version 14; at least 15 is needed. Upgrade the server, or use another one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:",
                "jdbc:postgresql:gateway",
                "jdbc:postgresql://localhost",
                "jdbc:postgresql://localhost/",
                "jdbc:postgresql://gateway:wrong-one@localhost/gateway",
                "jdbc:postgresql://localhost/gateway?user=x&password=100%wrong-one"
            })
    void saysWhatItAcceptsWithoutRepeatingThePassword(String url) {
        assertRefused(url).hasMessageContaining("The URL of the PostgreSQL database cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"db.example", "10.0.0.1:5432", "localhost,db.example", "localhost.db.example"})
    void wantsAPasswordOutsideOfLoopback(String hosts) {
        String url = "jdbc:postgresql://" + hosts + "/gateway?user=gateway";

        assertRefused(url).hasMessageContaining("is to be opened without a password");
        PostgresUrl.parse(url + "&password=x");
        PostgresUrl.parse(url + "&sslcert=client.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:5433", "127.0.0.2", "[::1]:5432"})
    void needsNoPasswordOnLoopback(String host) {
        assertThat(PostgresUrl.parse("jdbc:postgresql://" + host + "/gateway?user=gateway")
                        .password()
                        .reveal())
                .isEmpty();
    }

    @Test
    void wantsAUser() {
        assertRefused("jdbc:postgresql://localhost/gateway").hasMessageContaining("is to be opened without a user");
    }

    @Test
    void neverPrintsItsSettings() {
        assertThat(PostgresUrl.parse(server.url("postgres") + "&sslpassword=wrong-one"))
                .hasToString(name("postgres"));
    }

    @Test
    void refusesADatabaseThatDemandsANewerProgram() throws Exception {
        String url = server.newSchema();
        open(url).close();
        server.execute("INSERT INTO " + url.substring(url.lastIndexOf('=') + 1) + ".schema_version VALUES (99, 98, 0)");

        assertRefused(url)
                .hasMessageContaining("was written by a newer program: its schema 99 needs a program that knows"
                        + " schema 98 or newer");
    }

    @Test
    void letsManyOpenAnEmptyDatabaseAtOnce() throws Exception {
        String url = server.newSchema();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> opened = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                opened.add(threads.submit(() -> {
                    try (ChildProcess child = ChildProcess.start(Opener.class, url)) {
                        return "open".equals(child.line());
                    }
                }));
            }
            for (Future<Boolean> one : opened) {
                assertThat(one.get(50, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** Another process that opens the store. */
    static final class Opener {
        public static void main(String[] arguments) {
            try (Store store = open(arguments[0])) {
                store.check();
                System.out.println("open");
            }
        }
    }

    @Test
    void waitsForAnotherWhoMigratesLongerThanForAnAnswer() throws Exception {
        String url = server.newSchema();
        try (Connection other = PostgresUrl.parse(url).connectToMigrate();
                Statement statement = other.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> opening = threads.submit(() -> open(url).close());

            statement.execute("SELECT pg_sleep(3)");
            assertThat(opening.isDone()).isFalse();

            statement.execute("SELECT pg_advisory_unlock_all()");
            opening.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void answersWithAStoreExceptionOnceItIsClosed() throws Exception {
        Store store = open(server.newSchema());
        store.close();
        store.close();

        assertThatThrownBy(store::check).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.tokens().list(null, 1)).isInstanceOf(StoreException.class);
    }
}
