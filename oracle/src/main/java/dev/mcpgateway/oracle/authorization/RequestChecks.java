package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.RedirectUri;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Scopes;
import dev.mcpgateway.oracle.settings.Services;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The checks of an authorization request, in their order. The first two decide whether there is somebody who can be
 * told of the others.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1">RFC 6749, section 4.1.1</a>
 */
final class RequestChecks {
    /** SHA-256 as base64url has this form, and nothing else has. */
    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private static final int MAX_STATE = 4_096;
    private static final int MAX_SCOPE = 2_048;

    private final Services services;

    RequestChecks(Services services) {
        this.services = services;
    }

    /** Where the client is to be answered; empty if it has not registered that, or named none of several. */
    Optional<RedirectUri> redirectUri(Client client, Parameters parameters) {
        List<RedirectUri> registered = client.metadata().redirectUris();
        Optional<String> requested = parameters.optional("redirect_uri");
        if (requested.isEmpty() && registered.size() == 1) {
            return Optional.of(registered.getFirst());
        }
        return requested.flatMap(client.metadata()::redirectUri);
    }

    /** @throws OAuthException what the client is to be told */
    AuthorizationRequest check(Client client, RedirectUri redirectUri, Parameters parameters) {
        refuseRequestObjects(parameters);
        String codeChallenge = requireCodeChallenge(parameters);
        requireCodeResponse(parameters);
        requirePerson(parameters);
        String state = bounded("state", parameters, MAX_STATE).orElse(null);
        return request(client, new Recipient.Redirect(redirectUri, state, codeChallenge), parameters);
    }

    /** As {@link #check}, of a device, which is answered when it polls. */
    AuthorizationRequest checkDevice(Client client, Recipient.Device device, Parameters parameters) {
        refuseRequestObjects(parameters);
        return request(client, device, parameters);
    }

    private AuthorizationRequest request(Client client, Recipient recipient, Parameters parameters) {
        Optional<ProtectedService> service = requireService(parameters);
        String asked = bounded("scope", parameters, MAX_SCOPE).orElse("");
        return new AuthorizationRequest(
                client.id(),
                client.name(),
                recipient,
                service.map(known -> granted(known.scopes(), asked)).orElse(asked),
                service.map(ProtectedService::resource).orElse(null));
    }

    /** What is kept while the person decides must not be long. */
    private static Optional<String> bounded(String name, Parameters parameters, int maxLength) {
        Optional<String> value = parameters.optional(name);
        if (value.filter(text -> text.length() > maxLength).isPresent()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "%s is longer than %d characters".formatted(name, maxLength));
        }
        return value;
    }

    /** Requests travel as parameters, or were pushed before. */
    private static void refuseRequestObjects(Parameters parameters) {
        if (parameters.optional("request").isPresent()) {
            throw new OAuthException(
                    OAuthError.REQUEST_NOT_SUPPORTED,
                    "the parameter request is not supported; push the request to /par");
        }
        if (parameters.optional("request_uri").isPresent()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST_URI, "request_uri must be one that /par gave; no other is fetched");
        }
    }

    private static String requireCodeChallenge(Parameters parameters) {
        String challenge = parameters.required("code_challenge");
        if (parameters.optional("code_challenge_method").filter("S256"::equals).isEmpty()) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "code_challenge_method must be S256");
        }
        if (!S256_CHALLENGE.matcher(challenge).matches()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "code_challenge must be the SHA-256 of the verifier as base64url");
        }
        return challenge;
    }

    private static void requireCodeResponse(Parameters parameters) {
        if (!parameters.required("response_type").equals("code")) {
            throw new OAuthException(OAuthError.UNSUPPORTED_RESPONSE_TYPE, "response_type must be code");
        }
        if (parameters
                .optional("response_mode")
                .filter(mode -> !mode.equals("query"))
                .isPresent()) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "response_mode must be query");
        }
    }

    /**
     * A person is asked each time, so every other value of {@code prompt} is granted without more ado.
     *
     * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest">OpenID Connect Core, 3.1.2.1</a>
     */
    private static void requirePerson(Parameters parameters) {
        boolean silent = parameters
                .optional("prompt")
                .filter(prompt -> List.of(prompt.split(" ", -1)).contains("none"))
                .isPresent();
        if (silent) {
            throw new OAuthException(
                    OAuthError.INTERACTION_REQUIRED, "a person is asked each time, so prompt cannot be none");
        }
    }

    /** The service asked for, or the only one there is; empty if the person is to choose. */
    private Optional<ProtectedService> requireService(Parameters parameters) {
        Optional<String> asked = parameters.optional("resource");
        if (asked.isPresent()) {
            return Optional.of(services.byResource(asked.get())
                    .orElseThrow(() -> new OAuthException(
                            OAuthError.INVALID_TARGET, "resource is not the URL of a service of this gateway")));
        }
        List<ProtectedService> all = services.all();
        if (all.isEmpty()) {
            throw new OAuthException(OAuthError.INVALID_TARGET, "this gateway has no services");
        }
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /** What can be granted of what was asked for; what the service needs if nothing was. */
    static String granted(Scopes scopes, String asked) {
        return scopes.grant(asked)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_SCOPE, "the scopes here are: " + String.join(" ", scopes.all())));
    }
}
