package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.admin.KeysEndpoint;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.console.OverviewPage.ServiceRow;
import dev.mcpgateway.oracle.identity.AccessPolicy;
import dev.mcpgateway.oracle.identity.AccessRule;
import dev.mcpgateway.oracle.jwt.SigningKeys;
import dev.mcpgateway.oracle.observe.ActivityHistory;
import dev.mcpgateway.oracle.observe.ActivityHistory.Kind;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.ToolRules.NamePattern;
import dev.mcpgateway.oracle.settings.ToolRules.Rule;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.settings.ProgramVersion;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code /console}: the way in and out, the overview, the keys and the settings. */
public final class ConsoleEndpoint implements HttpService {
    private final ConsoleGuard guard;
    private final OracleSettings settings;
    private final List<SettingsPage.Row> inForce;
    private final Store store;
    private final SigningKeys keys;
    private final ActivityHistory history;
    private final SecurityEvents events;
    private final Clock clock;

    public ConsoleEndpoint(
            ConsoleGuard guard,
            OracleSettings settings,
            Store store,
            SigningKeys keys,
            ActivityHistory history,
            SecurityEvents events,
            Clock clock) {
        this.guard = guard;
        this.settings = settings;
        this.inForce = SettingsInForce.of(settings);
        this.store = store;
        this.keys = keys;
        this.history = history;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(ConsolePage.PATH, guard.page(this::overview))
                .get(ConsolePage.KEYS, guard.page(this::keys))
                .post(ConsolePage.KEYS + "/rotate", guard.action(this::rotate))
                .get(ConsolePage.SETTINGS, guard.page(this::settings))
                .get(ConsolePage.SIGN_IN, guard.signInPage())
                .post(ConsolePage.SIGN_IN, guard.signIn(this::opened, this::refused))
                .post(ConsolePage.PATH + "/sign-out", guard.signOut());
    }

    private void opened(String address) {
        events.record("console.opened", Map.of("by", "operator", "address", address));
    }

    /** Not kept in the store, because anybody who reaches the listener can cause it. */
    private void refused(String address) {
        events.note("console.refused", Map.of("address", address));
    }

    private void overview(Visit visit, ServerRequest request, ServerResponse response) {
        new OverviewPage(
                        visit,
                        clock.instant(),
                        ProgramVersion.of(ConsoleEndpoint.class),
                        storeAnswers(),
                        List.of(
                                plot(Message.of("console_sign_ins"), Kind.SIGN_IN, visit),
                                plot(Message.of("console_tokens"), Kind.TOKEN, visit),
                                plot(Message.of("console_verify"), Kind.VERIFY, visit)),
                        settings.services().all().stream()
                                .map(ConsoleEndpoint::row)
                                .toList())
                .send(response, Status.OK_200);
    }

    private Plot plot(Message title, Kind kind, Visit visit) {
        return Plot.of(title, history.minutes(kind), visit.language());
    }

    private boolean storeAnswers() {
        try {
            store.check();
            return true;
        } catch (StoreException _) { // which is what the page is to say
            return false;
        }
    }

    private static ServiceRow row(ProtectedService service) {
        return new ServiceRow(
                service.name(),
                service.resource(),
                texts(service.policy()),
                service.tools().rules().stream().map(ConsoleEndpoint::text).toList(),
                String.join(" ", service.scopes().all()));
    }

    private static List<String> texts(AccessPolicy policy) {
        return policy.rules().stream().map(AccessRule::text).toList();
    }

    /** In the words of gateway.yaml. */
    private static String text(Rule rule) {
        return Stream.of(
                        part(
                                "for",
                                Stream.concat(texts(rule.users()).stream(), clients(rule))
                                        .toList()),
                        part("allow", rule.allow() == null ? List.of() : names(rule.allow())),
                        part("deny", names(rule.deny())))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private static Stream<String> clients(Rule rule) {
        return rule.clients().stream().map(id -> "client:" + id);
    }

    private static String part(String name, List<String> values) {
        return values.isEmpty() ? "" : name + ": " + String.join(", ", values);
    }

    private static List<String> names(List<NamePattern> patterns) {
        return patterns.stream().map(NamePattern::text).toList();
    }

    private void keys(Visit visit, ServerRequest request, ServerResponse response) {
        boolean made = Parameters.ofQuery(request).optional("done").isPresent();
        new KeysPage(visit, keys.describe(), keys.isGiven(), made).send(response, Status.OK_200);
    }

    private void rotate(Parameters form, ServerResponse response) {
        KeysEndpoint.rotate(keys, events);
        ConsoleGuard.goTo(ConsolePage.KEYS + "?done=made", response);
    }

    private void settings(Visit visit, ServerRequest request, ServerResponse response) {
        new SettingsPage(visit, inForce).send(response, Status.OK_200);
    }
}
