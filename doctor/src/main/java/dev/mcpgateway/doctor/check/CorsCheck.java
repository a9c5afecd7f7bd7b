package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether clients that run in a web page, such as MCP Inspector, get past their browser.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
final class CorsCheck implements Check {
    /** Where MCP Inspector runs. */
    static final String ORIGIN = "http://localhost:6274";

    private static final String WHY =
            "The browser keeps the answer from the page, so clients that run in one, such as MCP"
                    + " Inspector, cannot connect. Others are not affected.";
    private static final Set<String> SIMPLE_METHODS = Set.of("GET", "POST", "HEAD");

    /** A request as a page sends it. */
    private record PageRequest(String method, URI uri, String headers, List<String> exposed) {
        @Override
        public String toString() {
            return method + " " + uri;
        }
    }

    @Override
    public String name() {
        return "Browsers (CORS)";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.forEachService("CORS", discovery -> examine(discovery, examination));
    }

    private static List<Finding> examine(Discovery discovery, Examination examination) {
        List<Finding> findings = new ArrayList<>();
        List<PageRequest> requests = requests(discovery);
        requests.forEach(request -> preflight(request, examination).ifPresent(findings::add));
        requests.stream()
                .filter(request ->
                        request.method().equals("GET") || !request.exposed().isEmpty())
                .forEach(request -> answer(request, examination).ifPresent(findings::add));
        discovery
                .endpoint("authorization_endpoint")
                .flatMap(uri -> authorization(uri, examination))
                .ifPresent(findings::add);
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        discovery.service(),
                        "%d requests may be sent by a page of %s and read by it".formatted(requests.size(), ORIGIN)))
                : grouped(findings);
    }

    /** The same fault of several requests once. */
    private static List<Finding> grouped(List<Finding> findings) {
        Map<Finding, List<String>> requests = new LinkedHashMap<>();
        for (Finding each : findings) {
            Finding fault = Finding.warning("", each.what(), each.why(), each.fix());
            requests.computeIfAbsent(fault, _ -> new ArrayList<>()).add(each.where());
        }
        List<Finding> grouped = new ArrayList<>();
        requests.forEach((fault, where) ->
                grouped.add(Finding.warning(String.join(", ", where), fault.what(), fault.why(), fault.fix())));
        return grouped;
    }

    private static List<PageRequest> requests(Discovery discovery) {
        String call = "authorization,content-type,mcp-protocol-version,mcp-session-id,mcp-method,mcp-name";
        Map<String, PageRequest> requests = new LinkedHashMap<>();
        Stream.of(
                        new PageRequest(
                                "POST", discovery.service(), call, List.of("WWW-Authenticate", "Mcp-Session-Id")),
                        new PageRequest(
                                "GET",
                                discovery.service(),
                                "authorization,last-event-id,mcp-protocol-version,mcp-session-id",
                                List.of("WWW-Authenticate")),
                        new PageRequest(
                                "DELETE",
                                discovery.service(),
                                "authorization,mcp-protocol-version,mcp-session-id",
                                List.of()))
                .filter(_ -> discovery.refusal().status() != 404)
                .forEach(request -> requests.put(request.toString(), request));
        Stream.concat(discovery.resourceInUse().stream(), discovery.serverInUse().stream())
                .map(document -> new PageRequest("GET", document.uri(), "mcp-protocol-version", List.of()))
                .forEach(request -> requests.put(request.toString(), request));
        Stream.of("token_endpoint", "registration_endpoint", "revocation_endpoint")
                .flatMap(name -> discovery.endpoint(name).stream())
                .map(uri -> new PageRequest("POST", uri, "authorization,content-type", List.of()))
                .forEach(request -> requests.put(request.toString(), request));
        return List.copyOf(requests.values());
    }

    private static Optional<Finding> preflight(PageRequest request, Examination examination) {
        Answer answer = examination
                .web()
                .send(
                        "OPTIONS",
                        request.uri(),
                        Map.of(
                                "Origin", ORIGIN,
                                "Access-Control-Request-Method", request.method(),
                                "Access-Control-Request-Headers", request.headers()),
                        "");
        if (answer.status() < 200 || answer.status() > 299) {
            return Optional.of(Finding.warning(
                    request,
                    "the browser's question beforehand (OPTIONS) is answered with " + answer.words(),
                    WHY,
                    "Answer OPTIONS with Origin and Access-Control-Request-Method before asking for a token, with 204 and"
                            + " the CORS headers."));
        }
        if (!allowsOrigin(answer)) {
            return Optional.of(notAllowed(request, answer, "the answer to OPTIONS"));
        }
        Set<String> methods = tokens(answer, "Access-Control-Allow-Methods");
        if (!SIMPLE_METHODS.contains(request.method())
                && !methods.contains(request.method().toLowerCase(Locale.ROOT))
                && !methods.contains("*")) {
            return Optional.of(Finding.warning(
                    request,
                    "Access-Control-Allow-Methods does not list " + request.method(),
                    WHY,
                    "List GET, POST, DELETE and OPTIONS."));
        }
        Set<String> headers = tokens(answer, "Access-Control-Allow-Headers");
        List<String> refused = Stream.of(request.headers().split(",", -1))
                .filter(name -> !headers.contains(name))
                .filter(name -> name.equals("authorization") || !headers.contains("*"))
                .toList();
        return refused.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        request,
                        "Access-Control-Allow-Headers does not list " + String.join(", ", refused),
                        WHY,
                        "List them; authorization is not covered by *."));
    }

    private static Optional<Finding> answer(PageRequest request, Examination examination) {
        Map<String, String> headers =
                new HashMap<>(request.method().equals("POST") ? Discovery.MESSAGE_HEADERS : Discovery.DOCUMENT_HEADERS);
        headers.put("Origin", ORIGIN);
        String body = request.method().equals("POST") ? Discovery.INITIALIZE : "";
        Answer answer = examination.web().send(request.method(), request.uri(), headers, body);
        if (answer.status() == 403) {
            return Optional.of(Finding.warning(
                    request,
                    "is refused for pages of %s: %s".formatted(ORIGIN, answer.words()),
                    WHY,
                    "Admit loopback and https origins, or those of the clients that you want."));
        }
        if (!allowsOrigin(answer)) {
            return Optional.of(notAllowed(request, answer, "the answer"));
        }
        if (answer.header("Access-Control-Allow-Credentials").orElse("").equals("true")) {
            return Optional.of(Finding.warning(
                    request,
                    "lets pages of any origin send cookies along",
                    "A page that a signed-in person opens could act in their name.",
                    "Leave Access-Control-Allow-Credentials out; clients prove themselves by their token."));
        }
        Set<String> exposed = tokens(answer, "Access-Control-Expose-Headers");
        List<String> hidden = request.exposed().stream()
                .filter(name -> !exposed.contains(name.toLowerCase(Locale.ROOT)) && !exposed.contains("*"))
                .toList();
        return hidden.isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        request,
                        "the page cannot read %s (answer %s)".formatted(String.join(", ", hidden), answer.words()),
                        "Clients that run in a browser do not find out where to sign in, or which session they have.",
                        "List these in Access-Control-Expose-Headers, on refusals too."));
    }

    private static Finding notAllowed(PageRequest request, Answer answer, String which) {
        return Finding.warning(
                request,
                "%s (%s) has no Access-Control-Allow-Origin for %s".formatted(which, answer.words(), ORIGIN),
                WHY,
                "Send Access-Control-Allow-Origin (* or the origin asked for), on errors too.");
    }

    private static Optional<Finding> authorization(URI uri, Examination examination) {
        Answer answer = examination.web().send("GET", uri, Map.of("Origin", "https://doctor.invalid"), "");
        return answer.header("Access-Control-Allow-Origin").isEmpty()
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        uri,
                        "the page of sign-in and consent can be read by other pages",
                        "Only a browser that shows it to a person should open it (RFC 9700, section 2.6).",
                        "Send no CORS headers there."));
    }

    private static boolean allowsOrigin(Answer answer) {
        String allowed = answer.header("Access-Control-Allow-Origin").orElse("");
        return allowed.equals("*") || allowed.equals(ORIGIN);
    }

    private static Set<String> tokens(Answer answer, String header) {
        return answer.headers().allValues(header).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(token -> token.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
