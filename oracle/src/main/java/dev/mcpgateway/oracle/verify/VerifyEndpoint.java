package dev.mcpgateway.oracle.verify;

import dev.mcpgateway.oracle.forwarded.ForwardedRequest;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.jwt.AccessToken;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.jwt.Verification;
import dev.mcpgateway.oracle.protocol.BearerToken;
import dev.mcpgateway.oracle.settings.ProtectedService;
import dev.mcpgateway.oracle.settings.Services;
import dev.mcpgateway.oracle.token.Admission;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.TokenStore;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;

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

    public VerifyEndpoint(
            Forwarding forwarding,
            Services services,
            AccessTokens accessTokens,
            TokenStore store,
            Admission admission) {
        this.forwarding = forwarding;
        this.services = services;
        this.accessTokens = accessTokens;
        this.store = store;
        this.admission = admission;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/verify", this::verify);
    }

    private void verify(ServerRequest request, ServerResponse response) {
        VerifyAnswer answer = new VerifyAnswer(request, response);
        switch (decide(request)) {
            case Decision.Allowed(var token, var grant) -> answer.allow(token, grant);
            case Decision.Unauthorized(var service, var challenge) -> answer.unauthorized(service, challenge);
            case Decision.Forbidden(var description) -> answer.forbidden(description);
        }
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
            case Verification.Genuine(var genuine) -> decide(genuine, service, challenge);
            case Verification.Invalid(var reason) -> invalidToken(service, challenge, reason);
        };
    }

    private Decision decide(AccessToken token, ProtectedService service, BearerChallenge challenge) {
        if (!token.resource().equals(service.resource())) {
            return invalidToken(service, challenge, "the access token is for another resource");
        }
        Grant grant = store.findGrant(token.grantId()).orElse(null);
        if (grant == null || !isFor(token, grant)) {
            return invalidToken(service, challenge, "the access token was revoked");
        }
        if (!admission.admits(grant.userId(), grant.userName(), grant.resource())) {
            return new Decision.Forbidden("you may not use this service any more; ask its operator");
        }
        return new Decision.Allowed(token, grant);
    }

    private static boolean isFor(AccessToken token, Grant grant) {
        return token.userId().equals(grant.userId())
                && token.clientId().equals(grant.clientId())
                && token.resource().equals(grant.resource());
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
