package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.SecureTokens;
import dev.mcpgateway.oracle.settings.Lifetimes;
import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.storage.CodeStore.IssuedCode;
import dev.mcpgateway.storage.Store;
import java.net.URI;
import java.time.Clock;

/** Gives answers to those who wait for them: a client at its redirect URI, or a device that polls. */
final class Answers {
    private static final int CODE_BYTES = 32;
    private static final int FAMILY_BYTES = 16;

    private final URI issuer;
    private final Store store;
    private final Lifetimes lifetimes;
    private final SecureTokens random;
    private final Clock clock;

    Answers(URI issuer, Store store, Lifetimes lifetimes, SecureTokens random, Clock clock) {
        this.issuer = issuer;
        this.store = store;
        this.lifetimes = lifetimes;
        this.random = random;
        this.clock = clock;
    }

    /** Who signed in, and at which resource. */
    record Allowed(String userId, String userName, String resource) {}

    /** Issues the code that the client is to redeem. */
    AuthorizationResponse allow(AuthorizationRequest request, Allowed allowed) {
        return switch (request.recipient()) {
            case Recipient.Redirect redirect -> {
                String code = random.random(CODE_BYTES);
                store.codes()
                        .issue(new IssuedCode(
                                SecureTokens.hash(code),
                                request.clientId(),
                                redirect.uri().toString(),
                                redirect.codeChallenge(),
                                random.random(FAMILY_BYTES),
                                allowed.userId(),
                                allowed.userName(),
                                allowed.resource(),
                                request.scope(),
                                clock.instant().plus(lifetimes.code())));
                yield RedirectResponse.code(issuer, redirect, code);
            }
            case Recipient.Device device -> allowDevice(request, device, allowed);
        };
    }

    /**
     * The code that the device polls with becomes one that can be redeemed; without a challenge, by polling alone. Only
     * the one whose decision counts issues it, so that of two people with the same code one alone is signed in.
     */
    private AuthorizationResponse allowDevice(AuthorizationRequest request, Recipient.Device device, Allowed allowed) {
        if (!store.devices().decide(device.userCodeHash(), true)) {
            throw PageRefusal.staleSignIn(Message.of("stale_device"));
        }
        store.codes()
                .issue(new IssuedCode(
                        device.codeHash(),
                        request.clientId(),
                        "",
                        "",
                        random.random(FAMILY_BYTES),
                        allowed.userId(),
                        allowed.userName(),
                        allowed.resource(),
                        request.scope(),
                        clock.instant().plus(lifetimes.device())));
        return new DeviceResponse(true, Message.of("device_goes_on"), "");
    }

    /** A device that was refused for good learns it; otherwise the person can try again. */
    AuthorizationResponse refuse(AuthorizationRequest request, OAuthError error, String description) {
        return switch (request.recipient()) {
            case Recipient.Redirect redirect ->
                RedirectResponse.error(issuer, redirect.uri(), redirect.state(), error, description);
            case Recipient.Device device -> {
                if (error == OAuthError.ACCESS_DENIED) {
                    store.devices().decide(device.userCodeHash(), false);
                }
                yield new DeviceResponse(false, toMessage(error), description);
            }
        };
    }

    private static Message toMessage(OAuthError error) {
        return switch (error) {
            case ACCESS_DENIED -> Message.of("device_denied");
            case TEMPORARILY_UNAVAILABLE -> Message.of("device_later");
            default -> Message.of("device_failed");
        };
    }
}
