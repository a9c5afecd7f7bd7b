package dev.mcpgateway.router.route;

import java.nio.charset.StandardCharsets;

/** Takes any text for a rule. Called by a fuzzer, and by a test with what fuzzers have found. */
public final class RuleFuzz {
    private RuleFuzz() {}

    /** @param input in UTF-8 */
    public static void fuzzerTestOneInput(byte[] input) throws RuleException {
        RouteMatcher matcher;
        try {
            matcher = RuleParser.parse(new String(input, StandardCharsets.UTF_8));
        } catch (RuleException _) {
            return; // refused in words
        }
        if (!RuleParser.parse(matcher.rule()).equals(matcher)) {
            throw new AssertionError("a rule that is written is read as another: " + matcher.rule());
        }
    }
}
