package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.identity.AccessPolicy;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.Settings;
import java.util.List;
import java.util.Optional;

/** What {@code gateway.yaml} says about services, as the oracle reads it. */
final class ServiceEntries {
    private static final String CLIENT = "client:";

    private ServiceEntries() {}

    /** Reports every rule that is not understood. */
    static List<ProtectedService> read(Settings settings, PublicUrls urls) {
        AccessPolicy defaultPolicy = AccessPolicy.parse(
                settings.get(KnownSettings.ALLOWED_GITHUB_USERS),
                KnownSettings.ALLOWED_GITHUB_USERS.name(),
                settings.problems());
        return settings.file().services().stream()
                .map(service -> new ProtectedService(
                        service.name(),
                        urls.service(service.name()).toString(),
                        policy(settings, service).orElse(defaultPolicy),
                        scopes(service),
                        tools(settings, service),
                        service.identityAssertion(),
                        service.introspection()))
                .toList();
    }

    private static Scopes scopes(GatewayFile.Service service) {
        List<String> needed = service.scopes() == null ? Scopes.DEFAULT.needed() : service.scopes();
        return new Scopes(needed, service.optionalScopes());
    }

    private static ToolRules tools(Settings settings, GatewayFile.Service service) {
        String origin = "services.%s.tools in %s"
                .formatted(service.name(), settings.file().origin());
        return new ToolRules(service.tools().stream()
                .map(rule -> toolRule(rule, origin, settings.problems()))
                .toList());
    }

    private static ToolRules.Rule toolRule(GatewayFile.ToolRule rule, String origin, Problems problems) {
        List<String> clients = rule.to().stream()
                .filter(text -> text.startsWith(CLIENT))
                .map(text -> text.substring(CLIENT.length()))
                .toList();
        List<String> users =
                rule.to().stream().filter(text -> !text.startsWith(CLIENT)).toList();
        return new ToolRules.Rule(
                AccessPolicy.parse(users, origin, problems),
                clients,
                rule.allow() == null ? null : toolNames(rule.allow(), origin, problems),
                toolNames(rule.deny(), origin, problems));
    }

    private static List<ToolRules.NamePattern> toolNames(List<String> names, String origin, Problems problems) {
        names.stream()
                .filter(name -> !ToolRules.NamePattern.isAccepted(name))
                .forEach(name -> problems.add(
                        "%s: '%s' is not accepted: accepted is the name of a tool, with * at its end for all that begin so"
                                .formatted(origin, name)));
        return names.stream().map(ToolRules.NamePattern::new).toList();
    }

    private static Optional<AccessPolicy> policy(Settings settings, GatewayFile.Service service) {
        String origin = "services.%s.allow in %s"
                .formatted(service.name(), settings.file().origin());
        return Optional.ofNullable(service.allow())
                .map(rules -> AccessPolicy.parse(rules, origin, settings.problems()));
    }
}
