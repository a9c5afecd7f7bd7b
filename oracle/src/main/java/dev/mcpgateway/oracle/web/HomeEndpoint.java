package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.web.HomePage.Visitor;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.util.List;
import java.util.function.Function;

/** {@code GET /}: what is here and how to connect; {@code service} names the one whose steps are shown. */
public final class HomeEndpoint implements HttpService {
    private final String script;
    private final Function<ServerRequest, Visitor> visitors;

    /**
     * The page at the root of the issuer.
     *
     * @param visitors who looks, and what they may see at the moment
     */
    public HomeEndpoint(URI issuer, Function<ServerRequest, Visitor> visitors) {
        this.script = issuer + Assets.COPY_SCRIPT.url();
        this.visitors = visitors;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::show);
    }

    private void show(ServerRequest request, ServerResponse response) {
        Visitor visitor = visitors.apply(request);
        List<ServiceEntry> services = visitor.services();
        String asked = request.query().first("service").asOptional().orElse("");
        ServiceEntry chosen = services.stream()
                .filter(service -> service.name().equals(asked))
                .findFirst()
                .or(() -> services.stream().findFirst())
                .orElse(null);
        new HomePage(Language.of(request), visitor, chosen, script).send(response, Status.OK_200);
    }
}
