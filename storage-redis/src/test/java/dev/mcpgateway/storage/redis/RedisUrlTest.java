package dev.mcpgateway.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.redis.RedisUrl.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUrlTest {
    @TempDir
    Path folder;

    @Test
    void readsASingleServer() {
        RedisUrl url = RedisUrl.parse("redis://alice:p%40ss+w@redis:6380/3?connections=8&replicas=1");

        assertThat(url.topology()).isEqualTo(Topology.SINGLE);
        assertThat(url.tls()).isFalse();
        assertThat(url.hosts()).containsExactly("redis:6380");
        assertThat(url.database()).isEqualTo(3);
        assertThat(url.credentials().user()).isEqualTo("alice");
        assertThat(url.credentials().password().reveal()).isEqualTo("p@ss+w");
        assertThat(url.connections()).isEqualTo(8);
        assertThat(url.replicas()).isEqualTo(1);
        assertThat(url.name()).isEqualTo("Redis at redis:6380");
    }

    @Test
    void takesWhatTheReferenceWrites() {
        RedisUrl url = RedisUrl.parse("redis://:secret@redis:6379/0");

        assertThat(url.credentials().user()).isEmpty();
        assertThat(url.credentials().password().reveal()).isEqualTo("secret");
    }

    @Test
    void readsSentinelsAndTheirMaster() throws Exception {
        Path password = Files.writeString(folder.resolve("sentinel"), "s3ntinel\n");
        RedisUrl url = RedisUrl.parse(
                "redis+sentinel://:secret@one,two:26380/mymaster/2?tls=true&sentinel-password-file=" + password);

        assertThat(url.topology()).isEqualTo(Topology.SENTINEL);
        assertThat(url.tls()).isTrue();
        assertThat(url.hosts()).containsExactly("one:26379", "two:26380");
        assertThat(url.master()).isEqualTo("mymaster");
        assertThat(url.database()).isEqualTo(2);
        assertThat(url.replicas()).isEqualTo(1);
        assertThat(url.sentinelCredentials().password().reveal()).isEqualTo("s3ntinel");
    }

    @Test
    void readsACluster() {
        RedisUrl url = RedisUrl.parse("redis+cluster://[::1]:7000,127.0.0.1:7001,localhost");

        assertThat(url.topology()).isEqualTo(Topology.CLUSTER);
        assertThat(url.hosts()).containsExactly("[::1]:7000", "127.0.0.1:7001", "localhost:6379");
    }

    @Test
    void readsThePasswordFromAFile() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "from-file\n");

        RedisUrl url = RedisUrl.parse("rediss://gateway@redis?password-file=" + password);

        assertThat(url.tls()).isTrue();
        assertThat(url.credentials().user()).isEqualTo("gateway");
        assertThat(url.credentials().password().reveal()).isEqualTo("from-file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            redis://redis                                | a password is needed unless
            redis://:topsecret@a,b                       | one host is expected
            redis://:topsecret@redis:99999               | the port is a number from 1 to 65535
            redis://:topsecret@redis/one                 | the database is a number
            redis://:topsecret@redis/0/1                 | nothing is expected behind
            redis+sentinel://:topsecret@one              | the name of the master is missing
            redis+cluster://:topsecret@one/1             | nothing is expected behind
            redis://:topsecret@redis?tls=maybe           | tls is true or false
            redis://:topsecret@redis?conections=1        | the option 'conections' is unknown
            redis://:topsecret@redis?connections=0       | connections is a number from 1 to 256
            redis://topsecret@redis                      | a user is given without a password
            redis://:topsecret@redis?ca=/nowhere.pem     | ca=/nowhere.pem is not a file
            redis://:top%secret@redis                    | is not followed by two hexadecimal digits
            redis://:topsecret@re dis                    | is not a host
            """)
    void refusesWhatItCannotUseInWords(String url, String reason) {
        assertThatThrownBy(() -> RedisUrl.parse(url))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void namesAllProblemsAtOnce() {
        assertThatThrownBy(() -> RedisUrl.parse("redis://redis:0/x?tls=1"))
                .hasMessageContaining("the port")
                .hasMessageContaining("the database")
                .hasMessageContaining("tls")
                .hasMessageContaining("a password");
    }
}
