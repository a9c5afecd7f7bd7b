package dev.mcpgateway.oracle.account;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.identity.User;
import dev.mcpgateway.oracle.session.Sessions;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.oracle.web.HomePage.Visitor;
import dev.mcpgateway.oracle.web.ServiceEntry;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Who looks at the home page. Whoever is signed in sees the services that they may use. Everybody else sees those that
 * admit everybody: their names are known to whoever signs in. Other names stay unsaid here, because they tell strangers
 * what there is to attack, and are public neither in the path form of URLs nor under a wildcard certificate.
 */
public final class Visitors implements Function<ServerRequest, Visitor> {
    private final Sessions sessions;
    private final Services services;
    private final Admission admission;

    public Visitors(Sessions sessions, Services services, Admission admission) {
        this.sessions = sessions;
        this.services = services;
        this.admission = admission;
    }

    @Override
    public Visitor apply(ServerRequest request) {
        return sessions.find(request)
                .map(signedIn -> new Visitor(signedIn.user().name(), openTo(signedIn.user())))
                .orElseGet(() ->
                        new Visitor("", entries(service -> service.policy().admitsEverybody())));
    }

    private List<ServiceEntry> openTo(User user) {
        return entries(service -> admission.admits(user.id(), user.name(), service.resource()));
    }

    private List<ServiceEntry> entries(Predicate<ProtectedService> shown) {
        return services.all().stream()
                .filter(shown)
                .map(service -> new ServiceEntry(service.name(), service.resource()))
                .toList();
    }
}
