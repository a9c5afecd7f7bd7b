package dev.mcpgateway.router.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.router.match.Network;
import dev.mcpgateway.router.match.Regexp;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Properties of all rules, tried with many made from a seed that a failure names. */
class RuleRoundTripTest {
    private static final int TRIES = 20_000;
    private static final String[] TEXTS = {"", "x", "a b", "`", "\"", "\\", "`\"\\`", "&&", ")", "ü", "(?i)"};
    private static final String[] PATHS = {"/", "/mcp", "/mcp/", "/a/b-c", "/`", "/\"\\`", "/%C3%BC"};
    private static final String[] REGEXPS = {"^/x$", "a|b", "[`]", "\\\\\"`", "(?i)x{1,3}"};
    private static final String[] NETWORKS = {"10.0.0.0/8", "::1", "fd00::/8", "192.0.2.1"};

    @Test
    void parsingAPrintedRuleGivesTheSameMatcher() throws RuleException {
        for (long seed = 0; seed < TRIES; seed++) {
            RouteMatcher matcher = matcher(new Random(seed), 3);
            String rule = matcher.rule();

            RouteMatcher again = RuleParser.parse(rule);
            assertThat(again).as("seed %d: %s", seed, rule).isEqualTo(matcher);
            assertThat(again.rule()).as("seed %d", seed).isEqualTo(rule);
        }
    }

    @Test
    void brokenRulesAreRefusedWithAColumnInsideOfThem() {
        for (long seed = 0; seed < TRIES; seed++) {
            Random random = new Random(seed);
            StringBuilder rule = new StringBuilder(matcher(random, 2).rule());
            for (int i = 0; i < 3; i++) {
                int at = random.nextInt(rule.length());
                rule.replace(at, at + 1, pick(random, "", "`", "(", ")", "!", "&", "|", ",", "\\", "H", "\u0000", " "));
            }
            try {
                RuleParser.parse(rule.toString());
            } catch (RuleException e) {
                assertThat(e.column()).as("seed %d: %s", seed, rule).isBetween(1, rule.length() + 1);
            }
        }
    }

    private static RouteMatcher matcher(Random random, int depth) {
        int kinds = depth == 0 ? 12 : 15;
        return switch (random.nextInt(kinds)) {
            case 0 -> new RouteMatcher.Host(pick(random, "example.com", "a", "[::1]", "x_y.test"));
            case 1 -> new RouteMatcher.HostRegexp(regexp(random));
            case 2 -> new RouteMatcher.Path(pick(random, PATHS));
            case 3 -> new RouteMatcher.PathPrefix(pick(random, PATHS));
            case 4 -> new RouteMatcher.PathPrefixAnyCase(pick(random, PATHS));
            case 5 -> new RouteMatcher.PathRegexp(regexp(random));
            case 6 -> new RouteMatcher.Method(pick(random, "GET", "POST"));
            case 7 -> new RouteMatcher.Header(pick(random, "X-Y", "a`b"), pick(random, TEXTS));
            case 8 -> new RouteMatcher.HeaderRegexp("X-Y", regexp(random));
            case 9 -> new RouteMatcher.Query(pick(random, TEXTS), pick(random, TEXTS));
            case 10 -> new RouteMatcher.QueryRegexp(pick(random, TEXTS), regexp(random));
            case 11 ->
                new RouteMatcher.ClientIp(Network.parse(pick(random, NETWORKS)).orElseThrow());
            case 12 -> new RouteMatcher.Not(matcher(random, depth - 1));
            case 13 -> new RouteMatcher.Any(parts(random, () -> matcher(random, depth - 1)));
            default -> new RouteMatcher.All(parts(random, () -> matcher(random, depth - 1)));
        };
    }

    private static List<RouteMatcher> parts(Random random, Supplier<RouteMatcher> part) {
        return Stream.generate(part).limit(2 + random.nextInt(2)).toList();
    }

    private static Regexp regexp(Random random) {
        return Regexp.parse(pick(random, REGEXPS));
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }
}
