package dev.mcpgateway.router.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderListTest {
    private final HeaderList headers = HeaderList.of("Accept", "a, B ,,c", "X-A", "1", "accept", "d", "X-a", "2");

    @Test
    void findsFieldsWithoutRegardToCase() {
        assertThat(headers.first("x-a")).contains("1");
        assertThat(headers.all("X-A")).containsExactly("1", "2");
        assertThat(headers.contains("ACCEPT")).isTrue();
        assertThat(headers.first("X-B")).isEmpty();
        assertThat(headers.elements("Accept")).containsExactly("a", "b", "c", "d");
    }

    @Test
    void keepsOrderSpellingAndRepetition() {
        assertThat(headers.stream().map(header -> header.name() + "=" + header.value()))
                .containsExactly("Accept=a, B ,,c", "X-A=1", "accept=d", "X-a=2");
        assertThat(headers.without("x-A")).isEqualTo(HeaderList.of("Accept", "a, B ,,c", "accept", "d"));
        assertThat(headers.only(name -> name.equals("X-a")).with("Y", "3"))
                .isEqualTo(HeaderList.of("X-a", "2", "Y", "3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "A B", "A:", "A\r\nB", "A\n", "A\0", "\u00c4", "A(", "A\u007f", " A", "A "})
    void refusesANameThatIsNoToken(String name) {
        assertThatThrownBy(() -> HeaderList.of(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret\r\nX: y",
                "secret\n",
                "secret\nX: y",
                "secret\rX",
                "secret\0",
                "secret\u0001",
                "secret\u007f",
                "secret\u0142",
                "secret\ud83d\ude00",
                " secret",
                "secret\t"
            })
    void refusesAValueThatCouldSplitAMessageWithoutRepeatingIt(String value) {
        assertThatThrownBy(() -> HeaderList.of("X-Name", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-Name")
                .hasMessageNotContaining("secret");
    }

    @Test
    void acceptsEveryByteThatHttpAllows() {
        String value = "!\t \"#~\u0080\u00ff";

        assertThat(HeaderList.of("X", value, "Y", "").all("X")).containsExactly(value);
    }
}
