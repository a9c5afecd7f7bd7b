package dev.mcpgateway.router.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexpTest {
    /** Each of them keeps a backtracking engine busy for longer than the sun will shine. */
    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "^(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$"})
    void staysQuickWhateverAStrangerSends(String expression) {
        Regexp regexp = Regexp.parse(expression);
        String path = "a".repeat(8_000) + "!";

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertThat(regexp.isFoundIn(path)).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"(?:(?:(?:a{1000}){1000}){1000})", "(a{100}){100}", "a{1000}b{2}"})
    void refusesRepetitionsThatMultiply(String expression) {
        assertThatThrownBy(() -> Regexp.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiply to more than 1000");
    }

    @Test
    void boundsItsLengthAndSize() {
        assertThatThrownBy(() -> Regexp.parse("a".repeat(501))).hasMessageContaining("1 to 500");
        assertThatThrownBy(() -> Regexp.parse("(abcdef){1000}")).hasMessageContaining("too large");
        assertThatThrownBy(() -> Regexp.parse("")).hasMessageContaining("1 to 500");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "(?=x)", "(a)\\1", "[", "a**", "\\C{"})
    void refusesWhatIsNotRe2(String expression) {
        assertThatThrownBy(() -> Regexp.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RE2");
    }
}
