package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.discovery.Document;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Urls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where each client ends up that reads the documents in its own order. */
final class ClientsCheck implements Check {
    private final List<ClientProfile> profiles;

    ClientsCheck(List<ClientProfile> profiles) {
        this.profiles = List.copyOf(profiles);
    }

    @Override
    public String name() {
        return "What clients read";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.forEachService("discovery", discovery -> {
            if (discovery.isAuthorizationServer()) {
                return List.of(
                        Finding.notChecked(discovery.service(), "discovery", "there is no MCP server at this URL"));
            }
            Map<Finding, List<String>> clients = new LinkedHashMap<>();
            profiles.forEach(profile -> clients.computeIfAbsent(read(profile, discovery), _ -> new ArrayList<>())
                    .add(profile.title()));
            return clients.entrySet().stream()
                    .map(each -> addressedTo(each.getValue(), each.getKey()))
                    .toList();
        });
    }

    private static Finding addressedTo(List<String> titles, Finding finding) {
        return new Finding(
                finding.level(),
                finding.where(),
                String.join(", ", titles) + ": " + finding.what(),
                finding.why(),
                finding.fix());
    }

    private static Finding read(ClientProfile profile, Discovery discovery) {
        Optional<Document> resource = profile.resource(discovery);
        if (resource.isEmpty()) {
            return discovery.serverAtService().isThere()
                    ? Finding.warning(
                            discovery.service(),
                            "no metadata of the resource; clients fall back to the way of MCP 2025-03-26",
                            "They find the authorization server on the service's host, but ask for no resource, so a token"
                                    + " is not bound to this service.",
                            "Serve the metadata of the resource.")
                    : Finding.problem(
                            discovery.service(),
                            "find no metadata, and guess /authorize, /token and /register at "
                                    + Urls.origin(discovery.service()),
                            "Where these do not exist, the client says that it cannot connect.",
                            "Serve the metadata of the resource and of the authorization server.");
        }
        String about = resource.get().text("resource").orElse("");
        if (!accepts(about, discovery.service().toString())) {
            return Finding.problem(
                    resource.get().uri(),
                    "read it first and refuse it, for it is about " + (about.isEmpty() ? "nothing" : about),
                    "They do not look further.",
                    "See what is said about this document above.");
        }
        Optional<Document> server = discovery.serverInUse();
        if (server.isEmpty()) {
            return Finding.problem(
                    resource.get().uri(),
                    "find no metadata of the authorization server that it names",
                    "They cannot sign in.",
                    "See what is said about the authorization server above.");
        }
        String issuer = discovery.issuer().orElse("");
        return server.get().text("issuer").orElse("").equals(issuer)
                ? Finding.ok(
                        discovery.service(),
                        "read %s, then %s"
                                .formatted(resource.get().uri(), server.get().uri()))
                : Finding.problem(
                        server.get().uri(),
                        "refuse it, for its issuer is not " + issuer,
                        "They cannot sign in.",
                        "Write the same issuer in both documents.");
    }

    /** As the official SDKs compare: a slash at the end does not count. */
    private static boolean accepts(String resource, String service) {
        return resource.replaceAll("/$", "").equals(service.replaceAll("/$", ""));
    }
}
