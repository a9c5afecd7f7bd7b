package dev.mcpgateway.storage.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresTextTest {
    private static final char[] ALPHABET = {'a', '0', '\0', '\u001A', '\uD83D', '\uDE00', '$', '\\', '\u00e9'};

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "https://client.example/a?b=c#d", "caf\u00e9 \uD83D\uDE00", "$1\\2\r\n\t"})
    void leavesTextsAsTheyAre(String text) {
        assertThat(PostgresText.hold(text)).isSameAs(text);
        assertThat(PostgresText.release(text)).isEqualTo(text);
    }

    @Test
    void holdsEveryTextInAFormOfItsOwn() {
        var random = new Random(42);
        Set<String> texts = new HashSet<>();
        Set<String> held = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(9); length > 0; length--) {
                text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
            }
            String form = PostgresText.hold(text.toString());

            assertThat(form).doesNotContain("\0");
            assertThat(UTF_8.newEncoder().canEncode(form)).isTrue();
            assertThat(PostgresText.release(form)).isEqualTo(text.toString());
            texts.add(text.toString());
            held.add(form);
        }
        assertThat(held).hasSameSizeAs(texts);
    }
}
