package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStache;
import java.util.List;

/**
 * Asks whether a client may connect. Its form is posted to {@code /consent} with {@code request}, {@code decision}
 * ({@code allow} or {@code deny}) and, where there is a choice, {@code resource}.
 *
 * @param clientName what the client calls itself
 * @param returnsTo where the answer goes, such as {@code claude.ai}
 * @param onThisDevice whether the answer goes to a program on the user's device, which anybody could have started
 * @param services the one that was asked for, or those to choose from
 * @param sealedRequest what is asked, unreadable
 * @param providerName what the user signs in with next
 */
@JStache(path = "consent")
public record ConsentPage(
        String clientName,
        String returnsTo,
        boolean onThisDevice,
        List<ServiceEntry> services,
        List<String> scopes,
        String sealedRequest,
        String providerName)
        implements Page {
    public ConsentPage {
        services = List.copyOf(services);
        scopes = List.copyOf(scopes);
    }

    @Override
    public String html() {
        return ConsentPageRenderer.of().execute(this);
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
