package dev.mcpgateway.oracle.token;

import dev.mcpgateway.oracle.client.Client;
import dev.mcpgateway.oracle.client.ClientMetadata;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.settings.Rate;
import dev.mcpgateway.storage.CodeStore;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.DeviceStore;
import java.time.Clock;

/**
 * Tells a device that polls whether its person has decided, and gives it tokens once they have allowed it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.5">RFC 8628, section 3.5</a>
 */
public final class DeviceCodeGrant {
    private final DeviceStore devices;
    private final CodeStore codes;
    private final CodeRedemption redemption;

    /** One question per interval, by device. */
    private final RateLimit questions;

    public DeviceCodeGrant(DeviceStore devices, CodeStore codes, CodeRedemption redemption, Clock clock) {
        this.devices = devices;
        this.codes = codes;
        this.redemption = redemption;
        // Devices count five seconds less exactly than we do.
        this.questions = new RateLimit(new Rate(1, DeviceCode.INTERVAL.minusSeconds(1)), clock);
    }

    TokenResponse redeem(Client client, TokenRequest.DeviceExchange exchange) {
        client.requireGrantType(ClientMetadata.DEVICE_CODE);
        DeviceCode code = DeviceCode.parse(exchange.deviceCode().reveal())
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_GRANT, "the device code is not one of ours"));
        DeviceStore.Status status =
                devices.status(code.userCodeHash(), code.hash()).orElseThrow(DeviceCodeGrant::expired);
        return switch (status) {
            case PENDING -> throw pending(code);
            case DENIED -> throw new OAuthException(OAuthError.ACCESS_DENIED, "the user said no");
            case ALLOWED -> {
                // Allowed a moment ago: the code comes right behind the decision.
                IssuedCode issued = codes.find(code.hash()).orElseThrow(() -> pending(code));
                if (!issued.clientId().equals(client.id())) {
                    throw expired();
                }
                yield redemption.redeem(client, issued, expired());
            }
        };
    }

    private OAuthException pending(DeviceCode code) {
        if (questions.acquire(code.userCodeHash()).isPresent()) {
            return new OAuthException(
                    OAuthError.SLOW_DOWN, "ask less often: wait %d seconds".formatted(DeviceCode.INTERVAL.toSeconds()));
        }
        return new OAuthException(OAuthError.AUTHORIZATION_PENDING, "the user has not decided yet");
    }

    private static OAuthException expired() {
        return new OAuthException(OAuthError.EXPIRED_TOKEN, "the device code has expired; begin again");
    }
}
