package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.McpCall;
import dev.mcpgateway.doctor.client.Session;
import dev.mcpgateway.doctor.client.SignIn;
import dev.mcpgateway.doctor.client.SignIn.Tokens;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a connection that is ended is at an end. Leaves nothing of the sign-ins behind where the server lets it. */
final class RevocationCheck implements Check {
    @Override
    public String name() {
        return "Revocation";
    }

    @Override
    public List<Finding> run(Examination examination) {
        List<Finding> findings = new ArrayList<>();
        if (examination.sessions().isEmpty()) {
            examination
                    .services()
                    .forEach(service -> findings.add(Finding.notChecked(
                            service, "revocation", "it needs a sign-in that succeeded (--sign-in)")));
        }
        for (Session session : examination.sessions()) {
            findings.add(end(session.signIn(), session.tokens(), examination));
            session.signIn()
                    .discovery()
                    .endpoint("registration_endpoint")
                    .filter(_ -> session.signIn().registration().isDeletable())
                    .ifPresent(endpoint -> session.signIn().registration().delete(examination.web(), endpoint));
        }
        return findings;
    }

    private static Finding end(SignIn signIn, Tokens tokens, Examination examination) {
        URI service = signIn.discovery().service();
        String title = signIn.profile().title();
        Optional<Answer> answer = signIn.revoke(tokens.refresh() == null ? tokens.access() : tokens.refresh());
        if (answer.isEmpty()) {
            return Finding.warning(
                    service,
                    title + ": the authorization server has no revocation endpoint",
                    "When a person disconnects a client, its tokens stay good.",
                    "Offer RFC 7009.");
        }
        if (answer.get().status() != 200) {
            return Finding.problem(
                    answer.get().uri(),
                    "%s: a token is not revoked: %s".formatted(title, signIn.said(answer.get())),
                    "When a person disconnects a client, its tokens stay good.",
                    "Let a client revoke its own tokens; answer 200 (RFC 7009).");
        }
        if (tokens.refresh() != null
                && SignIn.tokens(signIn.refresh(tokens.refresh())).isPresent()) {
            return Finding.problem(
                    answer.get().uri(),
                    title + ": a revoked refresh token still gets new tokens",
                    "Nobody can end this connection.",
                    "End the whole connection when its refresh token is revoked.");
        }
        McpCall call = McpCall.initialize(examination.web(), service, tokens.access());
        return call.status() == 401
                ? Finding.ok(service, title + ": after revocation the token is refused (401)")
                : Finding.warning(
                        service,
                        "%s: after revocation the access token still counts: %s".formatted(title, call.words()),
                        "A stolen token is good until it expires, whatever the person does.",
                        "Check with each request whether its connection still stands, or issue short-lived tokens.");
    }
}
