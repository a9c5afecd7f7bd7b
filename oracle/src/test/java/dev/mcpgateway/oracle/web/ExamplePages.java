package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.web.ConsentPage.Assurance;
import dev.mcpgateway.oracle.web.ErrorPage.Problem;
import dev.mcpgateway.oracle.web.HomePage.Visitor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Every page in every shape. */
final class ExamplePages {
    private ExamplePages() {}

    /** @param outside whatever comes from outside, and is on every page but those that show nothing of it */
    static List<Page> all(Language language, String outside) {
        ServiceEntry service = new ServiceEntry(outside, outside);
        Provider provider = new Provider("p", outside);
        Message message = Message.of("onward_back", outside);
        List<Page> pages = new ArrayList<>(List.of(
                new ErrorPage(language, new Problem(message, message, message, outside), outside),
                new ErrorPage(language, new Problem(message, message, message), outside),
                new OnwardPage(language, message, message, outside),
                new HomePage(language, new Visitor(outside, List.of()), null, "/copy.js"),
                new HomePage(language, new Visitor("", List.of(service)), service, "/copy.js"),
                new HomePage(language, new Visitor(outside, List.of(service, service)), service, "/copy.js"),
                new SignInPage(language, List.of(provider), outside),
                new AccountPage(language, outside, List.of(), "", outside, false),
                new AccountPage(language, outside, List.of(connection(outside)), outside, outside, true),
                new DonePage(language, true, message, message, outside),
                new DonePage(language, false, message, message, ""),
                new DevicePage(language, outside, false),
                new DevicePage(language, outside, true),
                new ProviderPage(language, List.of(provider, provider), outside, ""),
                new ProviderPage(language, List.of(provider, provider), outside, outside)));
        List<Assurance> assurances =
                List.of(new Assurance.Unverified(), new Assurance.ByHost(outside), new Assurance.ByOperator());
        for (Assurance assurance : assurances) {
            pages.add(new ConsentPage(
                    language,
                    outside,
                    assurance,
                    outside,
                    true,
                    "",
                    List.of(service),
                    List.of(outside, "mcp"),
                    outside,
                    List.of(provider),
                    outside));
            pages.add(new ConsentPage(
                    language,
                    outside,
                    assurance,
                    outside,
                    false,
                    outside,
                    List.of(service, service),
                    List.of(),
                    outside,
                    List.of(provider, provider),
                    ""));
        }
        return pages;
    }

    private static AccountPage.Connection connection(String outside) {
        return new AccountPage.Connection(
                outside, outside, outside, outside, List.of(outside), Instant.EPOCH, Instant.EPOCH);
    }
}
