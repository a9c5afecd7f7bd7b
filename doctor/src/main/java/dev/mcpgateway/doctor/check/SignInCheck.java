package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.Browser;
import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.client.LoopbackReceiver;
import dev.mcpgateway.doctor.client.McpCall;
import dev.mcpgateway.doctor.client.Registration;
import dev.mcpgateway.doctor.client.Session;
import dev.mcpgateway.doctor.client.SignIn;
import dev.mcpgateway.doctor.client.SignIn.Tokens;
import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Printable;
import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signs in as each client: registration, the person's part, tokens, a first message, refresh. Where the answer goes to
 * a vendor, only as far as the page that the person sees.
 */
final class SignInCheck implements Check {
    private final List<ClientProfile> profiles;
    private final Browser browser;
    private final Duration patience;

    /** @param patience with the person */
    SignInCheck(List<ClientProfile> profiles, Browser browser, Duration patience) {
        this.profiles = List.copyOf(profiles);
        this.browser = browser;
        this.patience = patience;
    }

    @Override
    public String name() {
        return "Sign-in";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.forEachService("sign-in", discovery -> {
            Optional<URI> endpoint = discovery.endpoint("registration_endpoint");
            if (endpoint.isEmpty()
                    || discovery.endpoint("authorization_endpoint").isEmpty()
                    || discovery.endpoint("token_endpoint").isEmpty()) {
                return List.of(Finding.notChecked(
                        discovery.service(),
                        "sign-in",
                        "the authorization server's metadata lacks the endpoints for it, registration among them"));
            }
            List<Finding> findings = new ArrayList<>();
            profiles.forEach(profile -> findings.addAll(as(profile, endpoint.get(), discovery, examination)));
            return findings;
        });
    }

    private List<Finding> as(ClientProfile profile, URI endpoint, Discovery discovery, Examination examination) {
        try {
            int port = port(profile);
            Answer answer = Registration.send(examination.web(), endpoint, profile, port);
            Optional<Registration> registration = Registration.of(answer);
            if (registration.isEmpty()) {
                return List.of(Finding.notChecked(
                        discovery.service(),
                        profile.title() + ": sign-in",
                        "it could not register: " + answer.words()));
            }
            URI redirectUri = URI.create(profile.answerAt().replace("PORT", Integer.toString(port)));
            SignIn signIn = new SignIn(examination.web(), discovery, profile, registration.get(), redirectUri);
            List<Finding> findings =
                    profile.isHosted() ? List.of(page(signIn, examination)) : whole(signIn, examination);
            boolean isOver = examination.sessions().stream()
                    .noneMatch(session -> session.signIn().equals(signIn));
            if (isOver && registration.get().isDeletable()) {
                registration.get().delete(examination.web(), endpoint);
            }
            return findings;
        } catch (IOException e) {
            return List.of(Finding.notChecked(
                    discovery.service(),
                    profile.title() + ": sign-in",
                    "no port is free on this machine: " + e.getMessage()));
        }
    }

    private static int port(ClientProfile profile) throws IOException {
        int fixed = URI.create(profile.answerAt().replace("PORT", "0")).getPort();
        return fixed > 0 ? fixed : LoopbackReceiver.freePort();
    }

    /** What a person would see first. */
    private static Finding page(SignIn signIn, Examination examination) {
        URI endpoint = signIn.discovery().endpoint("authorization_endpoint").orElseThrow();
        String title = signIn.profile().title();
        Answer answer = examination.web().send("GET", signIn.authorizationUri(), Map.of("Accept", "text/html"), "");
        if (answer.isRedirect()) {
            String location = answer.header("Location").orElseThrow();
            if (location.startsWith(signIn.redirectUri().toString())) {
                return Finding.problem(
                        endpoint,
                        "%s: no page; sent straight back: %s".formatted(title, signIn.hide(errorIn(location))),
                        "The client shows an error, and the person never gets to sign in.",
                        "See which part of the request is refused: scope, resource or code_challenge.");
            }
            return Finding.ok(
                    endpoint,
                    "%s: leads on to %s, which was not followed"
                            .formatted(
                                    title,
                                    Urls.parse(location).map(Urls::origin).orElse(location)));
        }
        if (answer.status() != 200 || !answer.contentType().equals("text/html")) {
            return Finding.problem(
                    endpoint,
                    "%s: no page of sign-in or consent: %s".formatted(title, signIn.said(answer)),
                    "The person sees an error instead.",
                    "The page, and the log, say what is wrong. A client that was just registered must be known to"
                            + " every instance of the authorization server.");
        }
        boolean isGuarded = answer.header("X-Frame-Options").isPresent()
                || answer.header("Content-Security-Policy").orElse("").contains("frame-ancestors");
        return isGuarded
                ? Finding.ok(endpoint, title + ": shows its page; the rest is between the person and " + title)
                : Finding.warning(
                        endpoint,
                        title + ": its page may be shown in a frame of another page",
                        "A person can be made to click on it without seeing it.",
                        "Send Content-Security-Policy: frame-ancestors 'none'.");
    }

    private static String errorIn(String location) {
        int query = location.indexOf('?');
        return Printable.quote(query < 0 ? location : location.substring(query + 1));
    }

    private List<Finding> whole(SignIn signIn, Examination examination) {
        URI service = signIn.discovery().service();
        String title = signIn.profile().title();
        List<Finding> findings = new ArrayList<>();
        Optional<String> code;
        try (LoopbackReceiver receiver = LoopbackReceiver.open(signIn.redirectUri())) {
            browser.open(title, signIn.authorizationUri());
            Optional<Map<String, String>> answer = receiver.await(patience);
            if (answer.isEmpty()) {
                findings.add(Finding.notChecked(
                        service,
                        title + ": sign-in",
                        "nobody came back from the page within %d s".formatted(patience.toSeconds())));
                return findings;
            }
            code = code(signIn, answer.get(), findings);
        } catch (IOException e) {
            findings.add(Finding.notChecked(
                    service,
                    title + ": sign-in",
                    "the port of %s cannot be used on this machine: %s"
                            .formatted(signIn.redirectUri(), e.getMessage())));
            return findings;
        }
        code.flatMap(value -> redeem(signIn, value, findings))
                .flatMap(tokens -> use(signIn, tokens, examination, findings))
                .flatMap(tokens -> refresh(signIn, tokens, examination, findings))
                .ifPresent(tokens -> examination.sessions().add(new Session(signIn, tokens)));
        return findings;
    }

    private static Optional<String> code(SignIn signIn, Map<String, String> answer, List<Finding> findings) {
        URI endpoint = signIn.discovery().endpoint("authorization_endpoint").orElseThrow();
        String title = signIn.profile().title();
        if (!signIn.isOurState(answer.get("state"))) {
            findings.add(Finding.problem(
                    endpoint,
                    title + ": the answer has another state than the request",
                    "Clients refuse it: it may be the answer to somebody else's request.",
                    "Return state unchanged."));
            return Optional.empty();
        }
        String issuer = signIn.discovery()
                .serverInUse()
                .flatMap(server -> server.text("issuer"))
                .orElse("");
        String iss = answer.get("iss");
        boolean isPromised = signIn.discovery()
                .serverInUse()
                .filter(server -> server.isTrue("authorization_response_iss_parameter_supported"))
                .isPresent();
        if (iss == null ? isPromised : !iss.equals(issuer)) {
            findings.add(Finding.problem(
                    endpoint,
                    iss == null
                            ? title + ": the answer has no iss, though the metadata promises it"
                            : "%s: the answer has the iss %s instead of %s".formatted(title, iss, issuer),
                    "Clients must refuse it (RFC 9207, section 2.4).",
                    "Send the issuer of the metadata as iss."));
            return Optional.empty();
        }
        if (!answer.containsKey("code")) {
            findings.add(Finding.problem(
                    endpoint,
                    "%s: refused: %s %s"
                            .formatted(
                                    title,
                                    answer.getOrDefault("error", ""),
                                    Printable.quote(signIn.hide(answer.getOrDefault("error_description", "")))),
                    "The client gets no token.",
                    "access_denied: the person said no, or is not on the allow list. Otherwise the server refuses"
                            + " what this client asks for."));
            return Optional.empty();
        }
        return Optional.of(answer.getOrDefault("code", ""));
    }

    private static Optional<Tokens> redeem(SignIn signIn, String code, List<Finding> findings) {
        URI endpoint = signIn.discovery().endpoint("token_endpoint").orElseThrow();
        String title = signIn.profile().title();
        Answer answer = signIn.redeem(code);
        Optional<Tokens> tokens = SignIn.tokens(answer);
        if (tokens.isEmpty()) {
            findings.add(Finding.problem(
                    endpoint,
                    "%s: no token for the code: %s".formatted(title, signIn.said(answer)),
                    "The client says that sign-in failed, though the person did all of it.",
                    "Look in the authorization server's log. With several instances: do they share a store?"));
            return tokens;
        }
        if (!answer.header("Cache-Control").orElse("").contains("no-store")) {
            findings.add(Finding.warning(
                    endpoint,
                    title + ": the answer with the tokens may be cached",
                    "Whoever reads the cache has the tokens.",
                    "Send Cache-Control: no-store."));
        }
        if (!SignIn.saysLifetime(answer)) {
            findings.add(Finding.warning(
                    endpoint,
                    title + ": no expires_in beside the token",
                    "Clients do not know when to refresh, and run into 401 first.",
                    "Say expires_in in seconds."));
        }
        if (tokens.get().refresh() == null) {
            findings.add(Finding.warning(
                    endpoint,
                    title + ": no refresh token",
                    "The person has to sign in anew whenever the access token expires.",
                    "Issue one to every client that registered for the grant type refresh_token."));
        }
        return tokens;
    }

    private static Optional<Tokens> use(SignIn signIn, Tokens tokens, Examination examination, List<Finding> findings) {
        URI service = signIn.discovery().service();
        String title = signIn.profile().title();
        McpCall call = McpCall.initialize(examination.web(), service, tokens.access());
        if (call.isLetThrough()) {
            findings.add(Finding.ok(
                    service,
                    "%s: signed in; the MCP server answers initialize with %s".formatted(title, call.words())));
            return Optional.of(tokens);
        }
        findings.add(
                switch (call.status()) {
                    case 401 ->
                        Finding.problem(
                                service,
                                title + ": the token that was just issued is refused (401)",
                                "The client asks the person to sign in again and again.",
                                "Compare the token's audience with the URL of the service, the clocks, and the keys that"
                                        + " both sides use.");
                    case 403 ->
                        Finding.problem(
                                service,
                                title + ": the token is good, but the request is forbidden (403)",
                                "The person signed in and can do nothing.",
                                "Grant at sign-in the scopes that the service needs; or a firewall refuses requests with"
                                        + " tokens.");
                    default ->
                        Finding.problem(
                                service,
                                "%s: signed in, but the MCP server does not answer: %s".formatted(title, call.words()),
                                "The person signed in and can do nothing.",
                                "Start the MCP server behind the gateway, and check the gateway's way to it.");
                });
        return Optional.of(tokens);
    }

    private static Optional<Tokens> refresh(
            SignIn signIn, Tokens tokens, Examination examination, List<Finding> findings) {
        if (tokens.refresh() == null) {
            return Optional.of(tokens);
        }
        URI endpoint = signIn.discovery().endpoint("token_endpoint").orElseThrow();
        String title = signIn.profile().title();
        Answer answer = signIn.refresh(tokens.refresh());
        Optional<Tokens> refreshed = SignIn.tokens(answer);
        if (refreshed.isEmpty()) {
            findings.add(
                    Finding.problem(
                            endpoint,
                            "%s: no new token for the refresh token: %s".formatted(title, signIn.said(answer)),
                            "The person has to sign in anew whenever the access token expires.",
                            "Take a refresh that names the same resource and no scope. Look in the authorization server's log."));
            return Optional.of(tokens);
        }
        Tokens now = refreshed.get().refresh() == null
                ? new Tokens(refreshed.get().access(), tokens.refresh())
                : refreshed.get();
        Answer again = signIn.refresh(tokens.refresh());
        boolean isTolerant = SignIn.tokens(again).isPresent();
        boolean isAlive =
                McpCall.initialize(examination.web(), signIn.discovery().service(), now.access())
                                .status()
                        != 401;
        if (!isTolerant) {
            findings.add(Finding.warning(
                    endpoint,
                    "%s: a refresh that is sent twice is refused the second time%s"
                            .formatted(title, isAlive ? "" : ", and ends the sign-in"),
                    "Several windows or processes of one client refresh at the same moment. The slower one loses its"
                            + " sign-in, and the person has to sign in again.",
                    "Give the same successor to a refresh token that is repeated within a minute or two."));
        } else if (isAlive) {
            findings.add(Finding.ok(endpoint, title + ": refreshes, also twice at once"));
        }
        if (!isAlive && isTolerant) {
            findings.add(Finding.problem(
                    signIn.discovery().service(),
                    title + ": the refreshed token is refused (401)",
                    "Clients lose their sign-in at the first refresh.",
                    "Keep audience and scope when a token is refreshed."));
        }
        return isAlive ? Optional.of(now) : Optional.empty();
    }
}
