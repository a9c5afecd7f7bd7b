package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;

/** Scopes as people read them. */
final class Scope {
    private Scope() {}

    static String inWords(String scope, Language language) {
        return scope.equals("mcp")
                ? Message.of("scope_mcp").in(language)
                : Message.of("scope_other", scope).in(language);
    }
}
