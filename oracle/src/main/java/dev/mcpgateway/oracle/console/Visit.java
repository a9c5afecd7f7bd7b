package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.language.Language;

/**
 * Somebody looks at a page of the console.
 *
 * @param formToken what every form carries: nobody can make it up who cannot read the page; empty for whoever is not
 *     let in
 * @param signedIn whether there is something to sign out of
 * @param routerStatus where the router's status page is; empty if that is not known
 */
record Visit(Language language, String formToken, boolean signedIn, String routerStatus) {
    static Visit ofStranger(Language language) {
        return new Visit(language, "", false, "");
    }

    boolean isLetIn() {
        return !formToken.isEmpty();
    }
}
