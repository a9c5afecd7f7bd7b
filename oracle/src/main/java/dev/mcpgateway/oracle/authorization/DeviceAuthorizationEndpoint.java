package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientAuthentication;
import dev.mcpgateway.oracle.client.ClientMetadata;
import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.limit.SharedCap;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.OracleSettings;
import dev.mcpgateway.oracle.token.DeviceCode;
import dev.mcpgateway.storage.DeviceStore;
import dev.mcpgateway.storage.DeviceStore.PendingDevice;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.time.Clock;
import java.time.Duration;

/**
 * {@code POST /device_authorization}: gives a device without a browser a code to show, and one to poll with.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.1">RFC 8628, section 3.1</a>
 */
public final class DeviceAuthorizationEndpoint implements HttpService {
    private static final Header NO_STORE = HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store");
    private static final int CODE_BYTES = 32;

    /** Two of 20 to the power of 8 are hardly ever the same. */
    private static final int ATTEMPTS = 3;

    private final ClientAuthentication authentication;
    private final OracleSettings settings;
    private final RequestChecks checks;
    private final Forwarding forwarding;
    private final SharedCap cap;
    private final DeviceStore devices;
    private final SecureTokens random;
    private final Clock clock;

    /** @param cap on the devices of all together, so that no flood fills the store */
    public DeviceAuthorizationEndpoint(
            ClientAuthentication authentication,
            OracleSettings settings,
            DeviceStore devices,
            Forwarding forwarding,
            SharedCap cap,
            SecureTokens random,
            Clock clock) {
        this.authentication = authentication;
        this.settings = settings;
        this.forwarding = forwarding;
        this.cap = cap;
        this.checks = new RequestChecks(settings.services());
        this.devices = devices;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/device_authorization", this::begin);
    }

    private void begin(ServerRequest request, ServerResponse response) {
        Parameters parameters = Parameters.ofFormOnly(request);
        Client client = authentication.authenticate(request, parameters);
        client.requireGrantType(ClientMetadata.DEVICE_CODE);
        checks.checkDevice(client, new Recipient.Device("", ""), parameters);
        cap.acquire(forwarding.network(request)).ifPresent(wait -> {
            throw OAuthException.tooMany("devices that wait", wait);
        });
        Duration lifetime = settings.lifetimes().device();
        for (int i = 0; i < ATTEMPTS; i++) {
            UserCode userCode = UserCode.create();
            DeviceCode deviceCode = new DeviceCode(userCode.hash(), random.random(CODE_BYTES));
            AuthorizationRequest asked =
                    checks.checkDevice(client, new Recipient.Device(userCode.hash(), deviceCode.hash()), parameters);
            boolean begun = devices.begin(new PendingDevice(
                    userCode.hash(),
                    deviceCode.hash(),
                    client.id(),
                    asked.toJson().toString(),
                    clock.instant().plus(lifetime)));
            if (begun) {
                send(response, userCode, deviceCode, lifetime);
                return;
            }
        }
        throw new OAuthException(OAuthError.TEMPORARILY_UNAVAILABLE, "no code is free; try again");
    }

    private void send(ServerResponse response, UserCode userCode, DeviceCode deviceCode, Duration lifetime) {
        String page = settings.issuer() + DeviceEndpoint.PATH;
        response.header(NO_STORE)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(Json.createObjectBuilder()
                        .add("device_code", deviceCode.reveal())
                        .add("user_code", userCode.toString())
                        .add("verification_uri", page)
                        .add("verification_uri_complete", page + "?user_code=" + userCode)
                        .add("expires_in", lifetime.toSeconds())
                        .add("interval", DeviceCode.INTERVAL.toSeconds())
                        .build()
                        .toString());
    }
}
