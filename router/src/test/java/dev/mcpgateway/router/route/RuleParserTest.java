package dev.mcpgateway.router.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "~~; 1; the end of the rule",
                "Hots(`x`); 1; did you mean Host?",
                "host(`x`); 1; did you mean Host?",
                "Frobnicate(`x`); 1; Accepted are Host, HostRegexp, Path,",
                "Host(`x`) &&; 13; a matcher such as",
                "Host(`x`) & Path(`/`); 11; accepted is '&&'",
                "Host(`x`) Path(`/`); 11; '&&', '||' or the end",
                "Host `x`; 6; '(' after Host",
                "Host(x); 6; a string in backticks or double quotes",
                "Host('x'); 6; single quote",
                "Host(`x`; 9; ',' or ')'",
                "Host(); 6; a string in backticks",
                "(Host(`x`); 11; '&&', '||' or ')'",
                "Host(`x`)); 10; found ')'",
                "Host(`x; 6; no closing backtick",
                "Host(\"x; 6; no closing double quote",
                "Host(\"a\\nb\"); 8; accepted in double quotes are",
                "Host(`x:8443`); 6; a host name without port",
                "Host(`*.example.com`); 6; HostRegexp",
                "HostRegexp(`{sub:[a-z]+}.example.com`); 12; Traefik v2",
                "HostRegexp(`(`); 12; not a regular expression",
                "PathRegexp(`(?=x)`); 12; not a regular expression",
                "PathPrefix(`mcp`); 12; starts with a slash",
                "Path(`/x?y`); 6; without query",
                "Method(`get`); 8; in capitals",
                "Header(`X-Y`); 1; a name and a value",
                "Header(`X Y`, `z`); 15; the name of a header",
                "Query(`a`, `b`, `c`); 1; a name and a value",
                "ClientIP(`10.0.0.0/33`); 10; an IP address or a network",
                "@; 1; accepted are matchers"
            })
    void saysWhereAndWhatIsAccepted(String rule, int column, String expected) {
        RuleException problem = catchThrowableOfType(RuleException.class, () -> RuleParser.parse(rule));

        assertThat(problem).as(rule).isNotNull().hasMessageContaining(expected);
        assertThat(problem.column()).isEqualTo(column);
        assertThat(problem).hasMessageStartingWith("column " + column + ": ");
    }

    @Test
    void readsBothKindsOfStrings() throws RuleException {
        assertThat(RuleParser.parse("Header(\"X\", \"a\\\"b\\\\c`d\")"))
                .isEqualTo(new RouteMatcher.Header("X", "a\"b\\c`d"));
        assertThat(RuleParser.parse("PathRegexp(`\\d+`)")).isEqualTo(RuleParser.parse("PathRegexp(\"\\\\d+\")"));
    }

    @Test
    void boundsLengthDepthAndNumberOfMatchers() throws RuleException {
        String atMost = IntStream.range(0, RuleParser.MAX_MATCHERS)
                .mapToObj(i -> "Path(`/" + i + "`)")
                .collect(Collectors.joining("||"));
        String deepest = "(".repeat(RuleParser.MAX_DEPTH) + "Path(`/`)" + ")".repeat(RuleParser.MAX_DEPTH);
        RuleParser.parse(atMost);
        RuleParser.parse(deepest);

        assertThatThrownBy(() -> RuleParser.parse(atMost + "||Path(`/`)")).hasMessageContaining("more than 100");
        assertThatThrownBy(() -> RuleParser.parse("(" + deepest + ")")).hasMessageContaining("nest deeper than 16");
        assertThatThrownBy(() -> RuleParser.parse("!".repeat(5_000) + "Path(`/`)"))
                .isInstanceOf(RuleException.class);
        assertThatThrownBy(() -> RuleParser.parse("!".repeat(4_000) + "Path(`/`)"))
                .hasMessageContaining("nest deeper than 16");
        assertThatThrownBy(() -> RuleParser.parse("Path(`/" + "x".repeat(5_000) + "`)"))
                .hasMessageContaining("longer than 4096");
    }
}
