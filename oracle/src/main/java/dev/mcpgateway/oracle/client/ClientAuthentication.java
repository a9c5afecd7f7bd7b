package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.settings.Secret;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells which client a request comes from: a public one by its {@code client_id}, a confidential one by its secret,
 * sent in one of the two ways of RFC 6749 section 2.3.1, or by an assertion that it has signed.
 */
public final class ClientAuthentication {
    private static final String BASIC = "Basic ";

    private final Clients clients;
    private final ClientAssertions assertions;

    /** What the request says; null where it says nothing. */
    private record Credentials(
            String id, @Nullable Secret secret, @Nullable String assertion) {}

    public ClientAuthentication(Clients clients, ClientAssertions assertions) {
        this.clients = clients;
        this.assertions = assertions;
    }

    /** @throws OAuthException {@code invalid_client}, or {@code invalid_request} if the client uses both ways */
    public Client authenticate(ServerRequest request, Parameters parameters) {
        Credentials credentials = read(request, parameters);
        return clients.find(credentials.id())
                .filter(client -> prove(client, credentials))
                .orElseThrow(() -> refusal("the client is unknown, or its secret is missing or wrong"));
    }

    private boolean prove(Client client, Credentials credentials) {
        boolean byKey = client.metadata().authenticationMethod().equals(ClientMetadata.PRIVATE_KEY);
        if (byKey && credentials.assertion() != null) {
            return assertions.prove(client, credentials.assertion());
        }
        return !byKey && credentials.assertion() == null && matches(client.secretHash(), credentials.secret());
    }

    private static boolean matches(@Nullable String secretHash, @Nullable Secret secret) {
        if (secretHash == null || secret == null) {
            return secretHash == null && secret == null;
        }
        return SecureTokens.equal(secretHash, SecureTokens.hash(secret.reveal()));
    }

    private static Credentials read(ServerRequest request, Parameters parameters) {
        Optional<String> id = parameters.optional("client_id");
        Optional<String> secret = parameters.optional("client_secret");
        Optional<String> assertion = parameters.optional("client_assertion");
        boolean inHeader = request.headers().contains(HeaderNames.AUTHORIZATION);
        if (assertion.isPresent()) {
            if (inHeader || secret.isPresent()) {
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST, "the client authenticates by an assertion and by a secret");
            }
            return parseAssertion(parameters, id, assertion.get());
        }
        if (!inHeader) {
            return new Credentials(
                    id.orElseThrow(() -> refusal("client_id is missing")),
                    secret.map(Secret::of).orElse(null),
                    null);
        }
        Credentials basic =
                parseBasic(request.headers().get(HeaderNames.AUTHORIZATION).allValues());
        if (secret.isPresent() || id.filter(sent -> !sent.equals(basic.id())).isPresent()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "the client authenticates in the header and in the body");
        }
        return basic;
    }

    private static Credentials parseAssertion(Parameters parameters, Optional<String> id, String assertion) {
        if (!parameters.required("client_assertion_type").equals(ClientAssertions.TYPE)) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "client_assertion_type must be " + ClientAssertions.TYPE);
        }
        String claimed = ClientAssertions.claimedClient(assertion)
                .filter(subject -> id.isEmpty() || id.get().equals(subject))
                .orElseThrow(() -> refusal("the client assertion is no JWT whose subject is the client"));
        return new Credentials(claimed, null, assertion);
    }

    private static Credentials parseBasic(List<String> values) {
        String value = values.size() == 1 ? values.getFirst() : "";
        if (!value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            throw refusal("the Authorization header must hold one client as Basic credentials");
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(value.substring(BASIC.length()).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon <= 0) {
                throw refusal("the Basic credentials hold no client id and secret");
            }
            return new Credentials(
                    decode(pair.substring(0, colon)), Secret.of(decode(pair.substring(colon + 1))), null);
        } catch (IllegalArgumentException _) { // would repeat what was sent
            throw refusal("the Basic credentials are malformed");
        }
    }

    private static String decode(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    private static OAuthException refusal(String description) {
        return new OAuthException(OAuthError.INVALID_CLIENT, description);
    }
}
