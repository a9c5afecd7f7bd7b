package dev.mcpgateway.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.jdbc.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server across a network is asked over TLS, and has to show who it is. */
@Timeout(60)
class PostgresTlsTest {
    private static PostgresServer server;
    private static Path certificate;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.create("fsync=off");
        certificate = server.useTls();
        awaitTls();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** New connections follow the new setting once the server has read it. */
    private static void awaitTls() {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                open("localhost", "sslmode=require").close();
                return;
            } catch (StoreException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(end);
            }
        }
    }

    private static Store open(String host, String tls) {
        return StoreProvider.openAny(server.url("postgres").replace("127.0.0.1", host) + "&" + tls, Clock.systemUTC());
    }

    private static String verifying(Path root) {
        return "sslmode=verify-full&sslrootcert=" + root;
    }

    @Test
    void worksWithAServerThatShowsItsCertificate() throws Exception {
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        var listener = new RevocationListener() {
            @Override
            public void revoked(Revocation revocation) {
                heard.add(revocation);
            }

            @Override
            public void lost() {
                heard.add("lost");
            }

            @Override
            public void restored() {}
        };
        try (Store store = open("localhost", verifying(certificate));
                var _ = store.watchRevocations(listener)) {
            // Waits for longer than the listening connection waits for anything.
            assertThat(heard.poll(2_500, TimeUnit.MILLISECONDS)).isNull();

            store.tokens().revokeFamily("family");

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new RevocationListener.Revocation.Family("family"));
        }
    }

    @Test
    void refusesAServerOfAnotherName() {
        assertThatThrownBy(() -> open("127.0.0.1", verifying(certificate)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be talked to over TLS: are sslmode, sslrootcert");
    }

    @Test
    void refusesAServerThatAnotherVouchesFor() throws Exception {
        try (var other = PostgresServer.create("fsync=off")) {
            Path root = Files.copy(other.useTls(), folder.resolve("other.crt"));

            assertThatThrownBy(() -> open("localhost", verifying(root)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be talked to over TLS");
        }
    }

    @Test
    void refusesToDoWithoutTheCertificatesItIsToTrust() {
        assertThatThrownBy(() -> open("localhost", verifying(folder.resolve("missing.crt"))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot be talked to over TLS");
    }
}
