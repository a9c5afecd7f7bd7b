package dev.mcpgateway.oracle.admin;

import dev.mcpgateway.oracle.admission.Admission;
import dev.mcpgateway.oracle.jwt.AccessTokens;
import dev.mcpgateway.oracle.jwt.Verification;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.token.TokenGrants;
import dev.mcpgateway.storage.Grant;
import dev.mcpgateway.storage.TokenStore;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /admin/tokens/explain}: is the form's {@code token} live, and if not, why would it be refused? A refresh
 * token that is genuine and whose grant lives may still be one that was used before.
 */
public final class TokenExplanationEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");

    private final AccessTokens accessTokens;
    private final TokenGrants tokenGrants;
    private final TokenStore store;
    private final Admission admission;

    public TokenExplanationEndpoint(
            AccessTokens accessTokens, TokenGrants tokenGrants, TokenStore store, Admission admission) {
        this.accessTokens = accessTokens;
        this.tokenGrants = tokenGrants;
        this.store = store;
        this.admission = admission;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/admin/tokens/explain", this::explain);
    }

    private void explain(ServerRequest request, ServerResponse response) {
        String token = Parameters.ofForm(request).required("token");
        JsonObjectBuilder answer = TokenGrants.isRefreshToken(token) ? refreshToken(token) : accessToken(token);
        response.header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(answer.build().toString());
    }

    private JsonObjectBuilder accessToken(String token) {
        return switch (accessTokens.verify(token)) {
            case Verification.Invalid(var reason) -> explanation("access", null, reason);
            case Verification.Genuine(var genuine) -> {
                Grant grant = store.findGrant(genuine.grantId())
                        .filter(genuine::belongsTo)
                        .orElse(null);
                yield grant == null
                        ? explanation("access", null, "its connection has ended: it was revoked, or expired")
                        : explanation("access", grant, refusal(grant));
            }
        };
    }

    private JsonObjectBuilder refreshToken(String token) {
        Optional<String> family = tokenGrants.ofTokenOrId(token);
        if (family.isEmpty()) {
            return explanation("refresh", null, "the refresh token was not issued here, or its key is gone");
        }
        Grant grant = store.findGrant(family.get()).orElse(null);
        return grant == null
                ? explanation("refresh", null, "its connection has ended: it was revoked, or expired")
                : explanation("refresh", grant, refusal(grant));
    }

    private @Nullable String refusal(Grant grant) {
        return admission.admits(grant) ? null : "the user is not allowed to use the service any more, or it is gone";
    }

    private static JsonObjectBuilder explanation(String kind, @Nullable Grant grant, @Nullable String reason) {
        JsonObjectBuilder json = Json.createObjectBuilder().add("kind", kind).add("live", reason == null);
        if (reason != null) {
            json.add("reason", reason);
        }
        if (grant != null) {
            json.add("grant", AdminEndpoint.describe(grant));
        }
        return json;
    }
}
