package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;

/**
 * What people sign in with.
 *
 * @param id such as {@code github}; one that the bundles know has another name in another language
 * @param name for everybody else
 */
public record Provider(String id, String name) {
    public String nameIn(Language language) {
        return Texts.in(language).getOrDefault("provider_" + id, name);
    }
}
