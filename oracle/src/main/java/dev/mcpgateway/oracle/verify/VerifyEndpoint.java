package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.audit.SecurityEvents;
import dev.mcpgateway.oracle.forwarded.ForwardedRequest;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.jwt.IdentityAssertions;
import dev.mcpgateway.oracle.jwt.Verification;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.BearerToken;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.TokenStore;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /verify}: may this request pass? An access token is good for the one resource it was issued for, while its
 * grant lives and its user is admitted. A store that cannot be asked is no reason to refuse a token, nor to accept it:
 * the answer is 503 then.
 */
public final class VerifyEndpoint implements HttpService {
    private final Forwarding forwarding;
    private final Services services;
    private final AccessTokens accessTokens;
    private final TokenStore store;
    private final Admission admission;
    private final IdentityAssertions assertions;
    private final SubjectHandles handles;
    private final Duration maxAge;
    private final RateLimit limit;
    private final SecurityEvents events;

    /**
     * @param maxAge how long the router may use an allowing answer again
     * @param limit by grant
     */
    public VerifyEndpoint(
            Forwarding forwarding,
            Services services,
            AccessTokens accessTokens,
            TokenStore store,
            Admission admission,
            IdentityAssertions assertions,
            RevocationFeed feed,
            Duration maxAge,
            RateLimit limit,
            SecurityEvents events) {
        this.forwarding = forwarding;
        this.services = services;
        this.accessTokens = accessTokens;
        this.store = store;
        this.admission = admission;
        this.assertions = assertions;
        this.handles = feed.handles();
        this.maxAge = maxAge;
        this.limit = limit;
        this.events = events;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/verify", this::verify);
    }

    private void verify(ServerRequest request, ServerResponse response) {
        VerifyAnswer answer = new VerifyAnswer(request, response);
        switch (decide(request)) {
            case Decision.Allowed(var service, var token, var grant) ->
                answer.allow(
                        token,
                        accessTokens.acceptedUntil(token),
                        maxAge,
                        grant,
                        handles.of(token, grant),
                        assertion(service, token, grant));
            case Decision.Unauthorized(var service, var challenge) -> answer.unauthorized(service, challenge);
            case Decision.InsufficientScope(var challenge) -> answer.insufficientScope(challenge);
            case Decision.TooMany(var pause) -> answer.tooMany(pause);
            case Decision.Forbidden(var description) -> answer.forbidden(description);
        }
    }

    private @Nullable String assertion(ProtectedService service, AccessToken token, Grant grant) {
        return service.wantsAssertion() ? assertions.of(token, grant) : null;
    }

    private Decision decide(ServerRequest request) {
        if (!forwarding.isTrusted(request)) {
            return new Decision.Forbidden(
                    "only the gateway's router may ask here: its VERIFY_SECRET is missing or differs");
        }
        Optional<ForwardedRequest> forwarded = forwarding.forwarded(request);
        Optional<ProtectedService> service = forwarded.flatMap(seen -> services.byForwarded(seen.host(), seen.uri()));
        return service.map(known -> decide(request, known))
                .orElseGet(() -> new Decision.Forbidden("no service of this gateway is at this host and path"));
    }

    private Decision decide(ServerRequest request, ProtectedService service) {
        BearerChallenge challenge = BearerChallenge.of(service);
        List<String> credentials = credentials(request);
        if (credentials.size() > 1) {
            return invalidToken(service, challenge, "the Authorization header is repeated");
        }
        // Credentials of another scheme count as none.
        String token = credentials.stream()
                .flatMap(value -> BearerToken.of(value).stream())
                .findFirst()
                .orElse(null);
        if (token == null) {
            return new Decision.Unauthorized(service, challenge);
        }
        return switch (accessTokens.verify(token)) {
            case Verification.Genuine(var genuine) -> decide(request, genuine, service, challenge);
            case Verification.Invalid(var reason) -> invalidToken(service, challenge, reason);
        };
    }

    private Decision decide(
            ServerRequest request, AccessToken token, ProtectedService service, BearerChallenge challenge) {
        if (!token.resource().equals(service.resource())) {
            return invalidToken(service, challenge, "the access token is for another resource");
        }
        Grant grant = store.findGrant(token.grantId()).orElse(null);
        if (grant == null || !token.belongsTo(grant)) {
            return invalidToken(service, challenge, "the access token was revoked");
        }
        Optional<Duration> wait = limit.acquire(grant.familyId());
        if (wait.isPresent()) {
            return new Decision.TooMany(wait.get());
        }
        if (!admission.admits(grant)) {
            return denied(grant, "you may not use this service any more; ask its operator");
        }
        if (!service.scopes().suffice(token.scope())) {
            return new Decision.InsufficientScope(challenge.withError(
                    "insufficient_scope", "the access token lacks a scope that this service needs"));
        }
        return refusedCall(request, service, grant)
                .map(reason -> denied(grant, reason))
                .orElseGet(() -> new Decision.Allowed(service, token, grant));
    }

    /** Why the request may not do what it wants, if the service has rules about that. */
    private Optional<String> refusedCall(ServerRequest request, ProtectedService service, Grant grant) {
        if (service.tools().isEmpty()) {
            return Optional.empty();
        }
        McpRequest call = McpRequest.of(request).orElse(null);
        if (call == null) {
            return Optional.of(
                    "this service has rules about its tools, so it takes requests of MCP %s or later alone, with the headers MCP-Protocol-Version, Mcp-Method and, for a tool, Mcp-Name"
                            .formatted(McpRequest.FIRST_VERSION));
        }
        if (!call.method().equals(McpRequest.CALL_TOOL)) {
            return Optional.empty();
        }
        return call.name()
                .filter(tool -> !admission.permits(grant, service, tool))
                .map("the tool '%s' is not open to you here; the operator of this service decides"::formatted);
    }

    private Decision denied(Grant grant, String reason) {
        events.warn(
                "verify.denied",
                Map.of(
                        "user", grant.userId(),
                        "client", grant.clientId(),
                        "resource", grant.resource(),
                        "grant", grant.familyId(),
                        "reason", reason));
        return new Decision.Forbidden(reason);
    }

    private static Decision invalidToken(ProtectedService service, BearerChallenge challenge, String reason) {
        return new Decision.Unauthorized(service, challenge.withError("invalid_token", reason));
    }

    private static List<String> credentials(ServerRequest request) {
        return request.headers().contains(HeaderNames.AUTHORIZATION)
                ? request.headers().get(HeaderNames.AUTHORIZATION).allValues()
                : List.of();
    }
}
