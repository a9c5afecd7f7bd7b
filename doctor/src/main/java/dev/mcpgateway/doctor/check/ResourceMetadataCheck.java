package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.discovery.Document;
import dev.mcpgateway.doctor.discovery.ResourcePlace;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the metadata of a service is where clients look, and is about exactly the URL that a person gives to them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9728">RFC 9728</a>
 */
final class ResourceMetadataCheck implements Check {
    @Override
    public String name() {
        return "Resource metadata";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.forEachService("metadata", ResourceMetadataCheck::examine);
    }

    private static List<Finding> examine(Discovery discovery) {
        if (discovery.isAuthorizationServer()) {
            return List.of(Finding.notChecked(discovery.service(), "metadata", "there is no MCP server at this URL"));
        }
        List<Finding> findings = new ArrayList<>();
        Stream.of(ResourcePlace.values())
                .filter(discovery.resource()::containsKey)
                .filter(place -> isOfItsOwn(place, discovery))
                .forEach(place -> {
                    Document document =
                            Objects.requireNonNull(discovery.resource().get(place));
                    findings.addAll(
                            document.isThere()
                                    ? judge(document, place, discovery)
                                    : missing(document, place, discovery));
                });
        return findings;
    }

    /** Whether no place before it is the same URL. */
    private static boolean isOfItsOwn(ResourcePlace place, Discovery discovery) {
        URI uri = Objects.requireNonNull(discovery.resource().get(place)).uri();
        return Stream.of(ResourcePlace.values())
                .filter(before -> before.compareTo(place) < 0)
                .map(discovery.resource()::get)
                .filter(Objects::nonNull)
                .noneMatch(before -> before.uri().equals(uri));
    }

    private static List<Finding> missing(Document document, ResourcePlace place, Discovery discovery) {
        int status = document.answer().status();
        String what = "%s: %s".formatted(place.words(), document.answer().words());
        if (status == 401 || status == 403) {
            return List.of(Finding.problem(
                    document.uri(),
                    what,
                    "Metadata is read before anybody can sign in, so clients stop here.",
                    "Serve everything below /.well-known/ without sign-in, and let firewalls pass it."));
        }
        if (document.answer().isRedirect()) {
            return List.of(Finding.problem(
                    document.uri(),
                    what,
                    "Clients follow no redirect to another origin when they read metadata.",
                    "Serve the document at this address itself."));
        }
        if (status == 200) {
            return List.of(Finding.problem(
                    document.uri(),
                    "%s is not a JSON object but %s"
                            .formatted(place.words(), document.answer().words()),
                    "A client that expects metadata here stops. Often a web page that answers every path is in the way.",
                    "Serve the document, or answer 404."));
        }
        boolean isElsewhere = discovery.resourceInUse().isPresent();
        if (place == ResourcePlace.ROOT && isElsewhere) {
            return List.of(
                    Finding.ok(document.uri(), "none at the root (%d); clients use the one above".formatted(status)));
        }
        if (place == ResourcePlace.PATH && isElsewhere) {
            return List.of(Finding.warning(
                    document.uri(),
                    what,
                    "Clients that do not read the challenge look here first.",
                    "Serve the metadata with the path of the resource behind the well-known one (RFC 9728, section"
                            + " 3.1)."));
        }
        return List.of(Finding.problem(
                document.uri(),
                what,
                "Clients do not find out where to sign in (MCP requires this document since 2025-06-18).",
                "Serve the metadata of the resource here, as JSON, without sign-in."));
    }

    private static List<Finding> judge(Document document, ResourcePlace place, Discovery discovery) {
        List<Finding> findings = new ArrayList<>();
        resource(document, place, discovery.service()).ifPresent(findings::add);
        List<String> servers = document.list("authorization_servers");
        if (servers.isEmpty()) {
            findings.add(Finding.problem(
                    document.uri(),
                    "names no authorization_servers",
                    "Clients do not find out where to sign in.",
                    "List the issuer of the authorization server."));
        } else if (Urls.parse(servers.getFirst())
                .filter(issuer -> issuer.getScheme().equals("https"))
                .isEmpty()) {
            findings.add(Finding.problem(
                    document.uri(),
                    "names an authorization server that is not at an https URL: " + servers.getFirst(),
                    "Clients refuse it. http:// behind a proxy that ends TLS shows that the server believes what it sees"
                            + " instead of its settings.",
                    "Write the issuer as its absolute https URL."));
        }
        if (!document.answer().contentType().equals("application/json")) {
            findings.add(Finding.warning(
                    document.uri(),
                    "comes as %s instead of application/json"
                            .formatted(document.answer().words()),
                    "Some clients then do not read it.",
                    "Send Content-Type: application/json."));
        }
        if (document.list("scopes_supported").contains("offline_access")) {
            findings.add(Finding.warning(
                    document.uri(),
                    "lists offline_access among the scopes",
                    "It is no right at this service; clients take it from the authorization server's metadata.",
                    "Take it out of scopes_supported here."));
        }
        List<String> methods = document.list("bearer_methods_supported");
        if (methods.contains("query")) {
            findings.add(Finding.warning(
                    document.uri(),
                    "lets tokens travel in the query of URLs",
                    "They end up in logs and histories; MCP forbids it.",
                    "List header alone in bearer_methods_supported."));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    document.uri(), "is about %s, sign-in at %s".formatted(discovery.service(), servers.getFirst())));
        }
        return findings;
    }

    private static Optional<Finding> resource(Document document, ResourcePlace place, URI service) {
        String expected = service.toString();
        String resource = document.text("resource").orElse("");
        if (resource.equals(expected)) {
            return Optional.empty();
        }
        String what =
                resource.isEmpty() ? "has no resource" : "is about %s instead of %s".formatted(resource, expected);
        String fix = "Set resource to exactly the URL that people give to clients: %s.".formatted(expected);
        String why = "Clients compare the two and refuse to go on, or ask for a token that the service does not take"
                + " (RFC 9728, section 3.3).";
        if (withoutSlash(resource).equals(withoutSlash(expected))) {
            return Optional.of(Finding.warning(
                    document.uri(),
                    what,
                    "They differ in the slash at the end. Some clients compare byte for byte.",
                    fix + " Or give clients the URL as it is written there."));
        }
        if (resource.equals(expected.replaceFirst("^https", "http"))) {
            return Optional.of(Finding.problem(
                    document.uri(),
                    what,
                    why + " http:// behind a proxy that ends TLS shows that the server believes what it sees instead of"
                            + " its settings.",
                    fix));
        }
        if (place == ResourcePlace.ROOT) {
            return Optional.of(Finding.warning(
                    document.uri(),
                    what,
                    "Clients that look here first must refuse it.",
                    "Serve at the root a document about this service, or 404 where the host has several services."));
        }
        return Optional.of(Finding.problem(document.uri(), what, why, fix));
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
