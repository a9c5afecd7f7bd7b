package dev.mcpgateway.router.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsValuesOfEveryKind() throws IOException {
        Json read = Json.parse(
                " {\"a\" : [1, -2.5e3, true, null, {}], \"b\":\"x\\u00e9\\n\\\"\\/\", \"c\":12345678901234567890}\n");

        assertThat(read.get("a").items())
                .containsExactly(
                        new Json.Whole(1),
                        new Json.Other(),
                        new Json.Other(),
                        new Json.Other(),
                        new Json.Members(Map.of()));
        assertThat(read.get("b").text()).hasValue("x\u00e9\n\"/");
        assertThat(read.get("c")).isEqualTo(new Json.Other());
        assertThat(read.get("d").items()).isEmpty();
        assertThat(read.get("a").get("b").text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "[1 2]",
                "+1",
                "1.",
                "tru",
                "\"",
                "\"\\x\"",
                "\"\\u00g0\"",
                "\"\n\"",
                "nul",
                "NaN",
                "'a'"
            })
    void refusesWhatIsNoJson(String document) {
        assertThatThrownBy(() -> Json.parse(document))
                .isInstanceOf(IOException.class)
                .hasMessage("is not JSON, or nests 32 levels deep");
    }

    @Test
    void refusesWhatNestsTooDeep() throws IOException {
        assertThat(Json.parse("[".repeat(31) + "]".repeat(31))).isInstanceOf(Json.Items.class);
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).hasMessageContaining("nests 32 levels deep");
    }
}
