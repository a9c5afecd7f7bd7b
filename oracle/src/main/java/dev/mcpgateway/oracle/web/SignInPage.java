package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;
import java.util.List;

/**
 * Asks what to sign in with. Its form is posted to {@code /sign-in} with {@code request} and the id of a provider.
 *
 * @param providers at least one
 * @param sealedRequest what is asked, unreadable
 */
@JStache(path = "sign-in")
public record SignInPage(Language language, List<Provider> providers, String sealedRequest) implements Page {
    public SignInPage {
        providers = List.copyOf(providers);
    }

    /** A button. */
    record Choice(String id, String label) {}

    @Override
    public String html() {
        return SignInPageRenderer.of().execute(this);
    }

    List<Choice> choices() {
        return choices(providers, language);
    }

    static List<Choice> choices(List<Provider> providers, Language language) {
        return providers.stream()
                .map(provider -> new Choice(
                        provider.id(),
                        Message.of("sign_in_with", provider.nameIn(language)).in(language)))
                .toList();
    }
}
