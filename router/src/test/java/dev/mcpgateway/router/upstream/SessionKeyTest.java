package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SessionKeyTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeOnceAndReadableByItsOwnerAlone() throws IOException {
        byte[] key = SessionKey.open(folder);

        assertThat(key).hasSize(SessionKey.BYTES).isEqualTo(SessionKey.open(folder));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(SessionKey.FILE))))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void allRoutersThatStartAtOnceGetTheSame() throws Exception {
        int routers = 32;
        CountDownLatch start = new CountDownLatch(routers);
        List<Future<String>> keys = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(routers)) {
            for (int i = 0; i < routers; i++) {
                keys.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return HexFormat.of().formatHex(SessionKey.open(folder));
                }));
            }
        }

        List<String> distinct = new ArrayList<>();
        for (Future<String> key : keys) {
            distinct.add(key.get());
        }
        assertThat(distinct.stream().distinct()).hasSize(1);
    }

    @Test
    void twoGatewaysHaveDifferentKeys() {
        assertThat(Arrays.equals(SessionKey.random(), SessionKey.random())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "not base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void saysWhatToDoAboutADamagedFile(String content) throws IOException {
        Files.writeString(folder.resolve(SessionKey.FILE), content);

        assertThatThrownBy(() -> SessionKey.open(folder))
                .isInstanceOf(SessionKeyException.class)
                .hasMessage(
                        "%s holds no key of 32 bytes. Remove it to have a new one made; open sessions begin anew then"
                                .formatted(folder.resolve(SessionKey.FILE)));
    }

    @Test
    void saysThatItsFolderCannotBeUsed() {
        assertThatThrownBy(() -> SessionKey.open(folder.resolve("missing")))
                .isInstanceOf(SessionKeyException.class)
                .hasMessageContaining("cannot be read or made (NoSuchFileException)");
    }
}
