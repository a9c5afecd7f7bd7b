package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.StoreProvider;
import dev.mcpgateway.storage.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Redis server whose certificate comes from an authority of one's own. Made with openssl. */
@Timeout(60)
class TlsTest {
    @TempDir
    static Path folder;

    private static RedisServer server;
    private static int tlsPort;

    @BeforeAll
    static void startServer() throws Exception {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=Test-CA"
                + " -keyout ca.key -out ca.pem");
        openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=redis -keyout redis.key -out redis.csr"
                        + " -addext subjectAltName=IP:127.0.0.1");
        openssl("x509 -req -in redis.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -copy_extensions copy"
                + " -out redis.pem");
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=Other-CA"
                + " -keyout other.key -out other.pem");
        tlsPort = RedisServer.freePort();
        server = RedisServer.start(
                folder,
                "tls-port " + tlsPort,
                "tls-cert-file " + folder.resolve("redis.pem"),
                "tls-key-file " + folder.resolve("redis.key"),
                "tls-ca-cert-file " + folder.resolve("ca.pem"),
                "tls-auth-clients no");
    }

    private static void openssl(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        int status = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start()
                .waitFor();
        assertThat(status).as("openssl %s", arguments).isZero();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static Store open(String host, String ca) {
        return StoreProvider.openAny(
                "rediss://:" + RedisServer.PASSWORD + "@" + host + ":" + tlsPort + "?ca=" + folder.resolve(ca),
                Clock.systemUTC());
    }

    @Test
    void trustsTheAuthorityThatItIsTold() {
        try (Store store = open("127.0.0.1", "ca.pem")) {
            store.check();
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthority() {
        assertThatThrownBy(() -> open("127.0.0.1", "other.pem"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("certificate is not trusted");
    }

    @Test
    void refusesACertificateForAnotherHost() {
        assertThatThrownBy(() -> open("localhost", "ca.pem"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not for this host name");
    }
}
