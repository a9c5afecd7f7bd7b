package dev.mcpgateway.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.fake.Reply;
import dev.mcpgateway.doctor.web.Resolver;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The challenge, both kinds of metadata, and what clients make of them. */
class MetadataChecksTest {
    private static final String RESOURCE = "GET /.well-known/oauth-protected-resource/mcp";
    private static final String ROOT = "GET /.well-known/oauth-protected-resource";
    private static final String SERVER = "GET /.well-known/oauth-authorization-server";
    private static final String OPENID = "GET /.well-known/openid-configuration";

    private static final Check CLIENTS = new ClientsCheck(ClientProfile.ALL);

    private static List<String> faults(Check check, String request, UnaryOperator<Reply> fault) {
        try (Exam exam = Exam.begin().spoil(request, fault)) {
            return exam.faults(check);
        }
    }

    private static UnaryOperator<Reply> replacing(String piece, String other) {
        return reply -> reply.replacing(piece, other);
    }

    @Test
    void isContentWithAGatewayThatDoesEverythingRight() {
        try (Exam exam = Exam.begin()) {
            assertThat(exam.faults(new ChallengeCheck())).isEmpty();
            assertThat(exam.faults(new ResourceMetadataCheck())).isEmpty();
            assertThat(exam.faults(new ServerMetadataCheck())).isEmpty();
            assertThat(exam.faults(CLIENTS)).isEmpty();
        }
    }

    @Test
    void findsAServiceThatLetsEverybodyIn() {
        assertThat(faults(new ChallengeCheck(), "POST /mcp", reply -> reply.withStatus(200)))
                .containsExactly("problem: answers without a token: 200 (application/json)");
    }

    @Test
    void findsAFirewallInFront() {
        assertThat(faults(new ChallengeCheck(), "POST /mcp", reply -> reply.withStatus(403)))
                .containsExactly("problem: refuses with 403 (application/json) instead of 401");
    }

    @Test
    void findsAUrlThatIsNotQuiteRight() {
        try (Exam exam = Exam.begin();
                Examination examination = exam.examination(
                        Resolver.SYSTEM, Clock.systemUTC(), URI.create(exam.gateway.service() + "/"))) {
            assertThat(new ChallengeCheck().run(examination))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.fix())
                            .isEqualTo("Give clients %s instead: that URL answers 401."
                                    .formatted(exam.gateway.service())));
        }
    }

    @Test
    void findsTheUrlOfAnAuthorizationServer() {
        try (Exam exam = Exam.begin().spoil(ROOT, reply -> reply.withStatus(404));
                Examination examination =
                        exam.examination(Resolver.SYSTEM, Clock.systemUTC(), URI.create(exam.gateway.origin()))) {
            assertThat(Exam.faults(new ChallengeCheck().run(examination)))
                    .containsExactly("warning: is an authorization server, not an MCP server: 404 (application/json)");
            assertThat(Exam.faults(new ResourceMetadataCheck().run(examination)))
                    .containsExactly("not checked: metadata");
            assertThat(Exam.faults(CLIENTS.run(examination))).containsExactly("not checked: discovery");
            assertThat(Exam.faults(new ServerMetadataCheck().run(examination))).isEmpty();
            assertThat(Exam.faults(new CorsCheck().run(examination))).isEmpty();
        }
    }

    @Test
    void findsALoginPageInFront() {
        assertThat(faults(
                        new ChallengeCheck(),
                        "POST /mcp",
                        reply -> Reply.empty(302).with("Location", "https://login.example.com/")))
                .singleElement()
                .asString()
                .startsWith("problem: redirects a client without a token: 302, a redirect to https://login");
    }

    @Test
    void findsARefusalWithoutChallenge() {
        assertThat(faults(new ChallengeCheck(), "POST /mcp", reply -> reply.without("WWW-Authenticate")))
                .contains("problem: 401 without WWW-Authenticate");
        assertThat(faults(new ChallengeCheck(), "POST /mcp", reply -> reply.with("WWW-Authenticate", "Basic realm=x")))
                .contains("problem: 401, but WWW-Authenticate has no Bearer challenge: Basic realm=x");
    }

    @Test
    void findsAChallengeThatDoesNotSayWhere() {
        assertThat(faults(new ChallengeCheck(), "POST /mcp", reply -> reply.with("WWW-Authenticate", "Bearer")))
                .contains("warning: the challenge has no resource_metadata");
        assertThat(faults(
                        new ChallengeCheck(),
                        "POST /mcp",
                        reply -> reply.with("WWW-Authenticate", "Bearer resource_metadata=\"/relative\"")))
                .contains("problem: resource_metadata in the challenge is not an absolute https URL: /relative");
        assertThat(faults(
                        new ChallengeCheck(),
                        "POST /mcp",
                        reply -> reply.with("WWW-Authenticate", "Bearer resource_metadata=\"https://example.org/x\"")))
                .contains("problem: resource_metadata in the challenge is on another host: https://example.org/x");
    }

    @Test
    void findsMethodsThatAreJudgedBeforeTheToken() {
        assertThat(faults(new ChallengeCheck(), "GET /mcp", reply -> reply.withStatus(405)))
                .containsExactly("warning: GET without a token: 405 (application/json) instead of 401");
    }

    @Test
    void findsThatBadTokensAreNotTold() {
        assertThat(faults(
                        new ChallengeCheck(),
                        "POST /mcp",
                        reply -> reply.with(
                                "WWW-Authenticate",
                                reply.headers().get("WWW-Authenticate").replace("error=\"invalid_token\", ", ""))))
                .containsExactly("warning: the refusal of a bad token does not say error=\"invalid_token\"");
    }

    @Test
    void findsMetadataAboutAnotherResource() {
        assertThat(faults(new ResourceMetadataCheck(), RESOURCE, replacing("/mcp\",\"auth", "/other\",\"auth")))
                .singleElement()
                .asString()
                .startsWith("problem: is about https://localhost:")
                .contains("/other instead of https://localhost:");
        assertThat(faults(CLIENTS, RESOURCE, replacing("/mcp\",\"auth", "/other\",\"auth")))
                .singleElement()
                .asString()
                .startsWith("problem: Claude, ChatGPT, VS Code, Cursor, mcp-remote: read it first and refuse it");
    }

    @Test
    void findsASlashTooMany() {
        assertThat(faults(new ResourceMetadataCheck(), RESOURCE, replacing("/mcp\",\"auth", "/mcp/\",\"auth")))
                .singleElement()
                .asString()
                .startsWith("warning: is about https://localhost:");
    }

    @Test
    void findsAServerThatBelievesWhatItSees() {
        assertThat(faults(
                        new ResourceMetadataCheck(),
                        RESOURCE,
                        replacing("\"resource\":\"https:", "\"resource\":\"http:")))
                .singleElement()
                .asString()
                .startsWith("problem: is about http://localhost:");
    }

    @Test
    void findsARootDocumentAboutSomethingElse() {
        assertThat(faults(new ResourceMetadataCheck(), ROOT, replacing("/mcp\",\"auth", "\",\"auth")))
                .singleElement()
                .asString()
                .startsWith("warning: is about https://localhost:");
        assertThat(faults(new ResourceMetadataCheck(), ROOT, reply -> reply.withStatus(404)))
                .isEmpty();
    }

    @Test
    void findsMetadataThatIsMissingOrInTheWay() {
        assertThat(faults(new ResourceMetadataCheck(), RESOURCE, reply -> reply.withStatus(401)))
                .singleElement()
                .asString()
                .startsWith("problem: the document that the challenge names: 401");
        assertThat(faults(
                        new ResourceMetadataCheck(),
                        RESOURCE,
                        reply -> reply.withBody("<html>").with("Content-Type", "text/html")))
                .singleElement()
                .asString()
                .contains("is not a JSON object but 200 (text/html)");
        assertThat(faults(
                        new ResourceMetadataCheck(),
                        RESOURCE,
                        reply -> Reply.empty(302).with("Location", "https://example.org/x")))
                .singleElement()
                .asString()
                .contains("302, a redirect to https://example.org/x");
    }

    @Test
    void findsMetadataWithoutAuthorizationServer() {
        assertThat(faults(
                        new ResourceMetadataCheck(),
                        RESOURCE,
                        replacing("\"authorization_servers\"", "\"authorisation_servers\"")))
                .containsExactly("problem: names no authorization_servers");
    }

    @Test
    void findsAnotherIssuer() {
        UnaryOperator<Reply> slash =
                reply -> reply.replacing("\",\"authorization_endpoint", "/\",\"authorization_endpoint");

        assertThat(faults(new ServerMetadataCheck(), SERVER, slash))
                .singleElement()
                .asString()
                .startsWith("problem: is of the issuer https://localhost:")
                .contains("but clients came for");
        assertThat(faults(CLIENTS, SERVER, slash)).singleElement().asString().contains("refuse it, for its issuer");
    }

    @Test
    void findsThatNoMetadataOfTheServerIsThere() {
        try (Exam exam = Exam.begin()
                .spoil(SERVER, reply -> reply.withStatus(404))
                .spoil(OPENID, reply -> reply.withStatus(404))) {
            assertThat(exam.faults(new ServerMetadataCheck()))
                    .hasSize(2)
                    .allMatch(fault -> fault.startsWith("problem: no metadata of an authorization server: 404"));
            assertThat(exam.faults(CLIENTS)).singleElement().asString().contains("find no metadata");
        }
    }

    @Test
    void findsWhatOlderClientsMiss() {
        assertThat(faults(new ServerMetadataCheck(), SERVER, reply -> reply.withStatus(404)))
                .contains("warning: metadata: 404 (application/json)");
        assertThat(faults(new ServerMetadataCheck(), OPENID, reply -> reply.withStatus(404)))
                .isEmpty();
        assertThat(faults(new ServerMetadataCheck(), OPENID, reply -> reply.withStatus(503)))
                .containsExactly("warning: metadata: 503 (application/json)");
    }

    @Test
    void findsWhatTheServerDoesNotOffer() {
        assertThat(faults(new ServerMetadataCheck(), SERVER, replacing("[\"S256\"]", "[\"plain\"]")))
                .containsExactly(
                        "problem: does not say that it takes PKCE with S256", "warning: takes PKCE with plain");
        assertThat(faults(new ServerMetadataCheck(), SERVER, replacing("registration_endpoint", "x")))
                .containsExactly("problem: offers neither registration nor client id metadata documents");
        assertThat(faults(new ServerMetadataCheck(), SERVER, replacing(",\"refresh_token\"]", ",\"implicit\"]")))
                .containsExactly(
                        "warning: issues no refresh tokens",
                        "warning: offers the grant types authorization_code, implicit");
        assertThat(faults(new ServerMetadataCheck(), SERVER, replacing("[\"none\"]", "[\"client_secret_basic\"]")))
                .containsExactly("warning: does not list none among token_endpoint_auth_methods_supported");
        assertThat(faults(
                        new ServerMetadataCheck(),
                        SERVER,
                        replacing("iss_parameter_supported\":true", "iss_parameter_supported\":false")))
                .containsExactly("warning: does not put iss into its authorization responses");
        assertThat(faults(new ServerMetadataCheck(), SERVER, replacing("[\"mcp\",", "[\"other\",")))
                .containsExactly("warning: does not list the scopes mcp of the resource's metadata");
        assertThat(faults(
                        new ServerMetadataCheck(),
                        SERVER,
                        replacing("\"token_endpoint\":\"https", "\"token_endpoint\":\"http")))
                .singleElement()
                .asString()
                .startsWith("problem: token_endpoint is not an absolute https URL: http://");
    }

    @Test
    void findsKeysThatAreNoneOrPrivate() {
        assertThat(faults(new ServerMetadataCheck(), "GET /jwks", reply -> reply.withStatus(500)))
                .containsExactly("problem: no key set: 500 (application/json)");
        assertThat(faults(new ServerMetadataCheck(), "GET /jwks", replacing("\"x\":", "\"d\":")))
                .containsExactly("problem: publishes PRIVATE keys");
    }

    @Test
    void findsNoMetadataAtAll() {
        try (Exam exam = Exam.begin()
                .spoil(RESOURCE, reply -> reply.withStatus(404))
                .spoil(ROOT, reply -> reply.withStatus(404))) {
            assertThat(exam.faults(new ResourceMetadataCheck()))
                    .hasSize(2)
                    .allMatch(fault -> fault.startsWith("problem: "));
            assertThat(exam.faults(CLIENTS))
                    .singleElement()
                    .asString()
                    .contains("clients fall back to the way of MCP 2025-03-26");
        }
    }
}
