package dev.mcpgateway.router.route;

import dev.mcpgateway.router.route.RuleScanner.Kind;
import dev.mcpgateway.router.route.RuleScanner.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads rules in Traefik's grammar: {@code ||} binds weakest, then {@code &&}, then {@code !}; parentheses group. The
 * matchers are {@link MatcherName}s.
 *
 * <pre>
 * rule    = and *( "||" and )
 * and     = not *( "&amp;&amp;" not )
 * not     = *"!" ( "(" rule ")" / name "(" string *( "," string ) ")" )
 * </pre>
 *
 * @see <a href="https://doc.traefik.io/traefik/v3.3/routing/routers/#rule">Traefik, rules</a>
 */
public final class RuleParser {
    /** The longest rule. */
    public static final int MAX_CHARACTERS = 4_096;

    /** How deep parentheses and negations nest. */
    public static final int MAX_DEPTH = 16;

    /** How many matchers a rule has at most; each value of one counts. */
    public static final int MAX_MATCHERS = 100;

    private static final String OPERAND = "a matcher such as Host(`example.com`), '!' or '('";

    private final RuleScanner scanner;
    private Token token;
    private int matchers;

    private RuleParser(String rule) throws RuleException {
        scanner = new RuleScanner(rule);
        token = scanner.next();
    }

    /**
     * Reads a rule.
     *
     * @throws RuleException if it is none, or exceeds a bound
     */
    public static RouteMatcher parse(String rule) throws RuleException {
        if (rule.length() > MAX_CHARACTERS) {
            throw new RuleException(
                    MAX_CHARACTERS + 1, "the rule is longer than %d characters".formatted(MAX_CHARACTERS));
        }
        RuleParser parser = new RuleParser(rule);
        RouteMatcher matcher = parser.any(0);
        if (parser.token.kind() != Kind.END) {
            throw parser.unexpected("'&&', '||' or the end of the rule");
        }
        return matcher;
    }

    private RouteMatcher any(int depth) throws RuleException {
        List<RouteMatcher> parts = new ArrayList<>(List.of(all(depth)));
        while (token.is("||")) {
            advance();
            parts.add(all(depth));
        }
        return parts.size() == 1 ? parts.getFirst() : new RouteMatcher.Any(parts);
    }

    private RouteMatcher all(int depth) throws RuleException {
        List<RouteMatcher> parts = new ArrayList<>(List.of(operand(depth)));
        while (token.is("&&")) {
            advance();
            parts.add(operand(depth));
        }
        return parts.size() == 1 ? parts.getFirst() : new RouteMatcher.All(parts);
    }

    private RouteMatcher operand(int depth) throws RuleException {
        if (depth > MAX_DEPTH) {
            throw new RuleException(
                    token.column(), "parentheses and '!' nest deeper than %d; write it flatter".formatted(MAX_DEPTH));
        }
        if (token.is("!")) {
            advance();
            return new RouteMatcher.Not(operand(depth + 1));
        }
        if (token.is("(")) {
            advance();
            RouteMatcher inner = any(depth + 1);
            require(")", "'&&', '||' or ')'");
            return inner;
        }
        if (token.kind() != Kind.WORD) {
            throw unexpected(OPERAND);
        }
        return matcher();
    }

    private RouteMatcher matcher() throws RuleException {
        Token name = token;
        MatcherName known = MatcherName.parse(name);
        advance();
        require("(", "'(' after " + name.text());
        List<Token> values = new ArrayList<>(List.of(value()));
        while (token.is(",")) {
            advance();
            values.add(value());
        }
        require(")", "',' or ')'");
        matchers += values.size();
        if (matchers > MAX_MATCHERS) {
            throw new RuleException(name.column(), "the rule has more than %d matchers".formatted(MAX_MATCHERS));
        }
        return known.matcher(name, values);
    }

    private Token value() throws RuleException {
        if (token.kind() != Kind.STRING) {
            throw unexpected("a string in backticks or double quotes");
        }
        Token value = token;
        advance();
        return value;
    }

    private void require(String sign, String accepted) throws RuleException {
        if (!token.is(sign)) {
            throw unexpected(accepted);
        }
        advance();
    }

    private void advance() throws RuleException {
        token = scanner.next();
    }

    private RuleException unexpected(String accepted) {
        return new RuleException(token.column(), "found %s; accepted is %s".formatted(token.found(), accepted));
    }
}
