package dev.mcpgateway.oracle.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
    private static void assertRefused(String encoded, String description) {
        assertThatThrownBy(() -> Parameters.parse(encoded))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(OAuthError.INVALID_REQUEST))
                .hasMessageContaining(description);
    }

    @Test
    void decodesNamesAndValues() {
        Parameters parameters = Parameters.parse("a=1+2%2B3&%62=%C3%A9&c=x=y&d=http://h/p?q");

        assertThat(parameters.required("a")).isEqualTo("1 2+3");
        assertThat(parameters.required("b")).isEqualTo("\u00e9");
        assertThat(parameters.required("c")).isEqualTo("x=y");
        assertThat(parameters.required("d")).isEqualTo("http://h/p?q");
    }

    @Test
    void takesAParameterWithoutValueAsAbsent() {
        Parameters parameters = Parameters.parse("a=&b&&c=1");

        assertThat(parameters.optional("a")).isEmpty();
        assertThat(parameters.optional("b")).isEmpty();
        assertThatThrownBy(() -> parameters.required("a")).hasMessage("the parameter 'a' is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=1&a=1", "a=1&a=2", "a=&a=1", "a=1&%61=2"})
    void refusesARepeatedParameter(String encoded) {
        assertRefused(encoded, "'a' is repeated");
    }

    @Test
    void takesTheSameResourceAgainButNoOther() {
        assertThat(Parameters.parse("resource=x&resource=x&resource=").required("resource"))
                .isEqualTo("x");
        assertThatThrownBy(() -> Parameters.parse("resource=x&resource=y").optional("resource"))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(OAuthError.INVALID_TARGET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "a=%+1", "a=%-1", "a=%\uff14\uff11"})
    void refusesBrokenEscapes(String encoded) {
        assertRefused(encoded, "without two digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%ff", "a=%C0%AF", "a=%ED%A0%80"})
    void refusesWhatIsNotUtf8(String encoded) {
        assertRefused(encoded, "not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%00", "a=%0d%0a", "a=%7f", "a=%C2%85", "%0a=1"})
    void refusesControlCharacters(String encoded) {
        assertRefused(encoded, "control character");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b c", "a=\u00e9", "a=\t"})
    void refusesWhatIsNotEncoded(String encoded) {
        assertRefused(encoded, "not encoded");
    }

    @Test
    void isBounded() {
        String many = IntStream.range(0, 65).mapToObj(i -> "p" + i + "=1").collect(Collectors.joining("&"));

        assertRefused(many, "more than 64");
        assertRefused("a=" + "x".repeat(65_536), "longer than 65536");
    }
}
