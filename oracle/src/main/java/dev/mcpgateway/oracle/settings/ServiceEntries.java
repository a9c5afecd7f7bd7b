package dev.mcpgateway.oracle.settings;

import dev.mcpgateway.oracle.identity.AccessPolicy;
import dev.mcpgateway.oracle.identity.RuleReader;
import dev.mcpgateway.settings.GatewayFile;
import dev.mcpgateway.settings.KnownSettings;
import dev.mcpgateway.settings.Problems;
import dev.mcpgateway.settings.PublicUrls;
import dev.mcpgateway.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code gateway.yaml} says about services, as the oracle reads it. */
final class ServiceEntries {
    private static final String CLIENT = "client:";

    private ServiceEntries() {}

    /** Reports every rule that is not understood. */
    static List<ProtectedService> read(Settings settings, PublicUrls urls) {
        GatewayFile file = settings.file();
        Set<String> providers =
                file.oidc().stream().map(GatewayFile.Oidc::name).collect(Collectors.toUnmodifiableSet());
        RuleReader rules = new RuleReader(file.groups(), providers, settings.problems());
        // Each is read once, so that one that nobody uses yet is reported, too.
        file.groups()
                .forEach((name, written) -> rules.policy(written, "groups.%s in %s".formatted(name, file.origin())));
        AccessPolicy defaultPolicy = rules.policy(
                settings.get(KnownSettings.ALLOWED_GITHUB_USERS), KnownSettings.ALLOWED_GITHUB_USERS.name());
        return settings.file().services().stream()
                .map(service -> new ProtectedService(
                        service.name(),
                        urls.service(service.name()).toString(),
                        policy(settings, service, rules).orElse(defaultPolicy),
                        scopes(service),
                        tools(settings, service, rules),
                        service.identityAssertion(),
                        service.introspection()))
                .toList();
    }

    private static Scopes scopes(GatewayFile.Service service) {
        List<String> needed = service.scopes() == null ? Scopes.DEFAULT.needed() : service.scopes();
        return new Scopes(needed, service.optionalScopes());
    }

    private static ToolRules tools(Settings settings, GatewayFile.Service service, RuleReader rules) {
        String origin = "services.%s.tools in %s"
                .formatted(service.name(), settings.file().origin());
        return new ToolRules(service.tools().stream()
                .map(rule -> toolRule(rule, origin, rules, settings.problems()))
                .toList());
    }

    private static ToolRules.Rule toolRule(
            GatewayFile.ToolRule rule, String origin, RuleReader rules, Problems problems) {
        List<String> to = rules.expand(rule.to(), origin);
        List<String> clients = to.stream()
                .filter(text -> text.startsWith(CLIENT))
                .map(text -> text.substring(CLIENT.length()))
                .toList();
        List<String> users =
                to.stream().filter(text -> !text.startsWith(CLIENT)).toList();
        return new ToolRules.Rule(
                rules.policy(users, origin),
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

    private static Optional<AccessPolicy> policy(Settings settings, GatewayFile.Service service, RuleReader rules) {
        String origin = "services.%s.allow in %s"
                .formatted(service.name(), settings.file().origin());
        return Optional.ofNullable(service.allow()).map(written -> rules.policy(written, origin));
    }
}
