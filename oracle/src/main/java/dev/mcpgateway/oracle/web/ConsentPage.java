package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;
import java.util.List;

/**
 * Asks whether a client may connect. Its form is posted to {@code /consent} with {@code request}, {@code decision}
 * ({@code allow} or {@code deny}) and, where there is a choice, {@code resource}.
 *
 * @param clientName what the client calls itself
 * @param assurance who stands behind that name
 * @param returnsTo where the answer goes, such as {@code claude.ai}
 * @param onThisDevice whether the answer goes to a program on the user's device, which anybody could have started
 * @param deviceCode the code of the device that waits for the answer; empty if none does
 * @param services the one that was asked for, or those to choose from
 * @param sealedRequest what is asked, unreadable
 * @param providers what the user signs in with next; at least one
 * @param signedInAs who the browser is signed in as already; empty if nobody
 */
@JStache(path = "consent")
public record ConsentPage(
        Language language,
        String clientName,
        Assurance assurance,
        String returnsTo,
        boolean onThisDevice,
        String deviceCode,
        List<ServiceEntry> services,
        List<String> scopes,
        String sealedRequest,
        List<Provider> providers,
        String signedInAs)
        implements Page {
    /** Who stands behind the name of a client. */
    public sealed interface Assurance {
        /** Nobody. */
        record Unverified() implements Assurance {}

        /** Whoever owns this host. */
        record ByHost(String host) implements Assurance {}

        /** The operator of the gateway. */
        record ByOperator() implements Assurance {}
    }

    public ConsentPage {
        services = List.copyOf(services);
        scopes = List.copyOf(scopes);
        providers = List.copyOf(providers);
    }

    @Override
    public String html() {
        return ConsentPageRenderer.of().execute(this);
    }

    boolean forDevice() {
        return !deviceCode.isEmpty();
    }

    Around question() {
        return Around.of(text().getOrDefault("consent_question", ""));
    }

    boolean unverified() {
        return assurance instanceof Assurance.Unverified;
    }

    String badge() {
        return switch (assurance) {
            case Assurance.Unverified() -> say("consent_unverified");
            case Assurance.ByHost(var host) -> host;
            case Assurance.ByOperator() -> say("consent_by_operator");
        };
    }

    String aboutTheName() {
        return switch (assurance) {
            case Assurance.Unverified() -> say("consent_about_unverified");
            case Assurance.ByHost(var host) -> say("consent_about_host", host);
            case Assurance.ByOperator() -> say("consent_about_operator");
        };
    }

    String destination() {
        return forDevice() ? say("consent_device") : returnsTo;
    }

    String next() {
        return providers.size() == 1
                ? say("consent_next", providers.getFirst().nameIn(language))
                : say("consent_next_choose");
    }

    boolean signedIn() {
        return !signedInAs.isEmpty();
    }

    List<ServiceEntry> fixedService() {
        return choosing() ? List.of() : services;
    }

    boolean choosing() {
        return services.size() > 1;
    }

    List<ServiceEntry> choices() {
        return services;
    }

    List<String> permissions() {
        return scopes.stream().map(scope -> Scope.inWords(scope, language)).toList();
    }

    private String say(String key, Object... arguments) {
        return Message.of(key, arguments).in(language);
    }
}
