package dev.mcpgateway.oracle.web;

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
 * @param providerName what the user signs in with next
 */
@JStache(path = "consent")
public record ConsentPage(
        String clientName,
        Assurance assurance,
        String returnsTo,
        boolean onThisDevice,
        String deviceCode,
        List<ServiceEntry> services,
        List<String> scopes,
        String sealedRequest,
        String providerName)
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
    }

    @Override
    public String html() {
        return ConsentPageRenderer.of().execute(this);
    }

    boolean forDevice() {
        return !deviceCode.isEmpty();
    }

    String badge() {
        return switch (assurance) {
            case Assurance.Unverified() -> "Unverified application";
            case Assurance.ByHost(var host) -> host;
            case Assurance.ByOperator() -> "Application of this gateway";
        };
    }

    String aboutTheName() {
        return switch (assurance) {
            case Assurance.Unverified() -> "Its name is what the application says about itself. Nobody has checked it.";
            case Assurance.ByHost(var host) ->
                "%s says that this application is its own. Its name is what it says about itself.".formatted(host);
            case Assurance.ByOperator() -> "The operator of this gateway has set this application up.";
        };
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
        return scopes.stream().map(ConsentPage::inWords).toList();
    }

    private static String inWords(String scope) {
        return scope.equals("mcp") ? "use the tools, resources and prompts of the service in your name" : scope;
    }
}
