package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.discovery.Challenge;
import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a service refuses those without a token, and says where to get one. */
final class ChallengeCheck implements Check {
    /** How clients name themselves. Firewalls that know bots by name refuse some of them. */
    private static final List<String> USER_AGENTS =
            List.of("Claude-User", "openai-mcp/1.0.0", "node", "python-httpx/0.28.1");

    @Override
    public String name() {
        return "Challenge";
    }

    @Override
    public List<Finding> run(Examination examination) {
        List<Finding> findings = new ArrayList<>();
        for (URI service : examination.services()) {
            Discovery discovery = examination.discovery(service);
            findings.addAll(examine(discovery, examination));
        }
        return findings;
    }

    private static List<Finding> examine(Discovery discovery, Examination examination) {
        URI service = discovery.service();
        Answer refusal = discovery.refusal();
        if (!refusal.isAnswered()) {
            return List.of(Finding.problem(
                    service,
                    refusal.failure(),
                    "No client gets further than this.",
                    "Put right what is said about DNS, ports and certificates first."));
        }
        if (refusal.status() != 401) {
            return List.of(notRefused(discovery, examination));
        }
        List<Finding> findings = new ArrayList<>();
        findings.addAll(discovery
                .challenge()
                .map(challenge -> judge(service, challenge))
                .orElseGet(() -> List.of(noChallenge(service, refusal))));
        otherMethods(discovery, examination, findings);
        badToken(discovery, examination, findings);
        userAgents(service, examination, findings);
        return findings;
    }

    private static Finding notRefused(Discovery discovery, Examination examination) {
        Answer refusal = discovery.refusal();
        URI service = discovery.service();
        if (discovery.isAuthorizationServer()) {
            return Finding.warning(
                    service,
                    "is an authorization server, not an MCP server: " + refusal.words(),
                    "What clients connect to, and most of what can go wrong, was not looked at.",
                    "Give the URL of a service, as it is given to clients, such as https://echo.example.com/mcp.");
        }
        String why = "Clients start to sign in when they see 401, and only then.";
        if (refusal.status() < 300) {
            return Finding.problem(
                    service,
                    "answers without a token: " + refusal.words(),
                    "Everybody can use the MCP server. " + why,
                    "Put the service behind the gateway, and close the way around it.");
        }
        if (refusal.isRedirect()) {
            return Finding.problem(
                    service,
                    "redirects a client without a token: " + refusal.words(),
                    why + " A login page for browsers stands in front, or the URL is not quite right (a missing or a"
                            + " superfluous slash).",
                    "Let requests to this URL reach the gateway, and give clients exactly the URL that answers 401.");
        }
        return switch (refusal.status()) {
            case 403 ->
                Finding.problem(
                        service,
                        "refuses with " + refusal.words() + " instead of 401",
                        why + " 403 usually comes from a firewall or a bot rule in front of the gateway.",
                        "Let the firewall (WAF, CDN, country or bot rule) pass requests to this URL.");
            case 404, 405 ->
                Finding.problem(
                        service,
                        "there is no MCP server at this URL: " + refusal.words(),
                        why,
                        neighbour(service, examination)
                                .map(uri -> "Give clients %s instead: that URL answers 401.".formatted(uri))
                                .orElse("Compare the URL with the one of the service, its path included."));
            default ->
                Finding.problem(
                        service,
                        "answers " + refusal.words() + " instead of 401",
                        why,
                        "Look in the gateway's log: it, or what stands in front of it, is not well.");
        };
    }

    /** A URL nearby where there is a service. */
    private static Optional<URI> neighbour(URI service, Examination examination) {
        String path = Urls.path(service).replaceAll("/$", "");
        return Stream.of(path, path + "/", path + "/mcp")
                .filter(other -> !other.equals(Urls.path(service)))
                .map(other -> Urls.at(service, other))
                .filter(uri -> isService(uri, examination))
                .findFirst();
    }

    private static boolean isService(URI uri, Examination examination) {
        return examination
                        .web()
                        .send("POST", uri, Discovery.MESSAGE_HEADERS, Discovery.INITIALIZE)
                        .status()
                == 401;
    }

    private static Finding noChallenge(URI service, Answer refusal) {
        return Finding.problem(
                service,
                refusal.headers().firstValue("WWW-Authenticate").isPresent()
                        ? "401, but WWW-Authenticate has no Bearer challenge: "
                                + refusal.header("WWW-Authenticate").orElseThrow()
                        : "401 without WWW-Authenticate",
                "Clients read there where to sign in; without it some guess, others give up (RFC 9728, section 5.1).",
                "Answer with WWW-Authenticate: Bearer resource_metadata=\"...\", and let no proxy remove it.");
    }

    private static List<Finding> judge(URI service, Challenge challenge) {
        List<Finding> findings = new ArrayList<>();
        Optional<String> metadata = challenge.parameter("resource_metadata");
        Optional<URI> uri = metadata.flatMap(Urls::parse);
        if (metadata.isEmpty()) {
            findings.add(Finding.warning(
                    service,
                    "the challenge has no resource_metadata",
                    "Clients fall back to well-known addresses, which not all of them know.",
                    "Add resource_metadata with the absolute https URL of the metadata (RFC 9728, section 5.1)."));
        } else if (uri.isEmpty() || !uri.get().getScheme().equalsIgnoreCase(service.getScheme())) {
            findings.add(Finding.problem(
                    service,
                    "resource_metadata in the challenge is not an absolute https URL: " + metadata.get(),
                    "Clients ignore it or refuse it, silently in some cases. Behind a proxy that ends TLS, http:// shows"
                            + " that the server believes what it sees instead of its settings.",
                    "Write the absolute https URL, from a setting and not from the request's Host."));
        } else if (!Urls.isSameOrigin(uri.get(), service)) {
            findings.add(Finding.problem(
                    service,
                    "resource_metadata in the challenge is on another host: " + metadata.get(),
                    "Clients refuse metadata from elsewhere, and this check did not follow it.",
                    "Serve the metadata on the host of the service."));
        } else {
            findings.add(Finding.ok(service, "401, and the challenge names " + metadata.get()));
        }
        if (challenge.parameter("error").isPresent()) {
            findings.add(Finding.warning(
                    service,
                    "the challenge has error=%s though no token was sent"
                            .formatted(challenge.parameter("error").get()),
                    "Some clients then throw away what they have and start anew (RFC 6750, section 3.1).",
                    "Leave error out where the request has no token."));
        }
        if (challenge.parameter("scope").orElse("").contains("offline_access")) {
            findings.add(Finding.warning(
                    service,
                    "the challenge asks for offline_access",
                    "It is no right at this service, and clients add it themselves where they need it.",
                    "Take it out of the scope of the challenge."));
        }
        return findings;
    }

    private static void otherMethods(Discovery discovery, Examination examination, List<Finding> findings) {
        for (String method : List.of("GET", "DELETE")) {
            Answer answer =
                    examination.web().send(method, discovery.service(), Map.of("Accept", "text/event-stream"), "");
            if (answer.status() != 401) {
                findings.add(Finding.warning(
                        discovery.service(),
                        "%s without a token: %s instead of 401".formatted(method, answer.words()),
                        "Clients that open the event stream first do not learn that they have to sign in; and what is"
                                + " decided before the token is seen by everybody.",
                        "Ask for the token before anything else, whatever the method."));
            }
        }
    }

    private static void badToken(Discovery discovery, Examination examination, List<Finding> findings) {
        Map<String, String> headers = new HashMap<>(Discovery.MESSAGE_HEADERS);
        headers.put("Authorization", "Bearer not-a-token");
        Answer answer = examination.web().send("POST", discovery.service(), headers, Discovery.INITIALIZE);
        String error = Challenge.of(answer)
                .flatMap(challenge -> challenge.parameter("error"))
                .orElse("");
        if (answer.status() != 401) {
            findings.add(Finding.problem(
                    discovery.service(),
                    "a token that is none: %s instead of 401".formatted(answer.words()),
                    answer.status() == 200
                            ? "Whatever is sent as a token is let in."
                            : "Clients whose token expired do not refresh it.",
                    "Answer 401 with error=\"invalid_token\" to a token that is not good."));
        } else if (!error.equals("invalid_token")) {
            findings.add(Finding.warning(
                    discovery.service(),
                    "the refusal of a bad token does not say error=\"invalid_token\"",
                    "Clients cannot tell an expired token from a missing one (RFC 6750, section 3.1).",
                    "Add error=\"invalid_token\", and keep resource_metadata."));
        }
    }

    private static void userAgents(URI service, Examination examination, List<Finding> findings) {
        List<String> refused = new ArrayList<>();
        for (String name : USER_AGENTS) {
            Map<String, String> headers = new HashMap<>(Discovery.MESSAGE_HEADERS);
            headers.put("User-Agent", name);
            Answer answer = examination.web().send("POST", service, headers, Discovery.INITIALIZE);
            if (answer.status() != 401) {
                refused.add("%s (%s)".formatted(name, answer.words()));
            }
        }
        if (!refused.isEmpty()) {
            findings.add(Finding.problem(
                    service,
                    "is answered otherwise to clients that call themselves " + String.join(", ", refused),
                    "A firewall or a bot rule in front of the gateway turns these clients away, which they show as an"
                            + " unexplained failure to connect.",
                    "Let requests to the service, the metadata and the authorization server pass, whatever their"
                            + " User-Agent."));
        }
    }
}
