package dev.mcpgateway.oracle.authorization;

import dev.mcpgateway.oracle.forwarded.Forwarding;
import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.limit.RateLimit;
import dev.mcpgateway.oracle.protocol.Parameters;
import dev.mcpgateway.oracle.web.DevicePage;
import dev.mcpgateway.storage.DeviceStore;
import dev.mcpgateway.storage.DeviceStore.PendingDevice;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/**
 * {@code /device}: the person types the code that a device shows, and is asked whether to allow it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.3">RFC 8628, section 3.3</a>
 */
public final class DeviceEndpoint implements HttpService {
    static final String PATH = "/device";

    private final DeviceStore devices;
    private final ConsentForms consent;
    private final Forwarding forwarding;
    private final RateLimit attempts;

    /** @param attempts to type a code, by network */
    public DeviceEndpoint(DeviceStore devices, ConsentForms consent, Forwarding forwarding, RateLimit attempts) {
        this.devices = devices;
        this.consent = consent;
        this.forwarding = forwarding;
        this.attempts = attempts;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(PATH, PageRefusal.asPage(this::show)).post(PATH, PageRefusal.asPage(this::find));
    }

    /** A code in the URL is shown, so that the person compares it with that of the device. */
    private void show(ServerRequest request, ServerResponse response) {
        String given = Parameters.ofQuery(request).optional("user_code").orElse("");
        String code = UserCode.parse(given).map(UserCode::toString).orElse("");
        new DevicePage(Language.of(request), code, false).send(response, Status.OK_200);
    }

    private void find(ServerRequest request, ServerResponse response) {
        OwnPages.requirePostedByOne(request);
        String typed = Parameters.ofFormOnly(request).required("user_code");
        attempts.acquire(forwarding.network(request)).ifPresent(wait -> {
            throw PageRefusal.tooMany(wait);
        });
        Optional<UserCode> code = UserCode.parse(typed);
        Optional<PendingDevice> device = code.map(UserCode::hash).flatMap(devices::find);
        if (code.isPresent() && device.isPresent()) {
            AuthorizationRequest asked = AuthorizationRequest.parse(device.get().request());
            consent.askForDevice(request, response, asked, code.get());
        } else {
            new DevicePage(Language.of(request), "", true).send(response, Status.NOT_FOUND_404);
        }
    }
}
