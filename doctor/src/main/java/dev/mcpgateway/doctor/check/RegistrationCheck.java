package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.client.Registration;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Printable;
import dev.mcpgateway.doctor.web.Answer;
import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether each client can register, with all of its redirect URIs in one request, and whether strangers cannot register
 * what leads elsewhere. What it registers it deletes, where the server lets it.
 */
final class RegistrationCheck implements Check {
    /** Where nobody listens during this check. */
    private static final int SOME_PORT = 39125;

    private static final List<String> FORBIDDEN = List.of("http://doctor.invalid/callback", "javascript:alert(1)");

    private final List<ClientProfile> profiles;

    RegistrationCheck(List<ClientProfile> profiles) {
        this.profiles = List.copyOf(profiles);
    }

    @Override
    public String name() {
        return "Registration";
    }

    @Override
    public List<Finding> run(Examination examination) {
        Set<URI> seen = new HashSet<>();
        return examination.forEachService("registration", discovery -> {
            Optional<URI> endpoint = discovery.endpoint("registration_endpoint");
            if (endpoint.isEmpty()) {
                return List.of(Finding.notChecked(
                        discovery.service(), "registration", "the authorization server offers none"));
            }
            return seen.add(endpoint.get()) ? examine(endpoint.get(), examination) : List.of();
        });
    }

    private List<Finding> examine(URI endpoint, Examination examination) {
        List<Finding> findings = new ArrayList<>();
        List<Registration> made = new ArrayList<>();
        for (ClientProfile profile : profiles) {
            Answer answer = Registration.send(examination.web(), endpoint, profile, SOME_PORT);
            Optional<Registration> registration = Registration.of(answer);
            registration.ifPresent(made::add);
            findings.add(
                    registration.isPresent()
                            ? judge(profile, endpoint, registration.get())
                            : refused(profile.title(), endpoint, answer));
            if (isLimit(answer)) {
                break;
            }
        }
        forbidden(endpoint, examination, made, findings);
        cleanUp(endpoint, examination, made).ifPresent(findings::add);
        return findings;
    }

    private static Finding judge(ClientProfile profile, URI endpoint, Registration registration) {
        Answer answer = registration.answer();
        List<String> kept = answer.json()
                .map(json -> json.get("redirect_uris"))
                .filter(JsonArray.class::isInstance)
                .map(JsonValue::asJsonArray)
                .map(array -> array.getValuesAs(value -> value instanceof JsonString text ? text.getString() : ""))
                .orElse(List.of());
        if (!kept.isEmpty() && kept.size() != profile.redirectUris().size()) {
            return Finding.warning(
                    endpoint,
                    "%s: only %d of %d redirect URIs were kept"
                            .formatted(
                                    profile.title(),
                                    kept.size(),
                                    profile.redirectUris().size()),
                    "The client uses whichever fits where it runs, and fails with those that were dropped.",
                    "Register all of them, or refuse the request.");
        }
        if (answer.status() != 201) {
            return Finding.warning(
                    endpoint,
                    "%s: registered, but answered with %d instead of 201".formatted(profile.title(), answer.status()),
                    "Strict clients take it for a failure (RFC 7591, section 3.2.1).",
                    "Answer 201.");
        }
        if (!answer.header("Cache-Control").orElse("").contains("no-store")) {
            return Finding.warning(
                    endpoint,
                    "%s: registered, but the answer may be cached".formatted(profile.title()),
                    "It has secrets of the client in it.",
                    "Send Cache-Control: no-store.");
        }
        return Finding.ok(
                endpoint,
                "%s: registered with its %d redirect URI(s)"
                        .formatted(profile.title(), profile.redirectUris().size()));
    }

    private static Finding refused(String client, URI endpoint, Answer answer) {
        if (isLimit(answer)) {
            return Finding.notChecked(
                    endpoint, client + ": registration", "too many registrations for now (429); try again later");
        }
        String what = "%s: not registered: %s%s".formatted(client, answer.words(), described(answer));
        if (answer.status() == 401 || answer.status() == 403) {
            return Finding.problem(
                    endpoint,
                    what,
                    "Registration needs a token or is blocked by a firewall, and clients have no token for it.",
                    "Let everybody register, or offer client id metadata documents; let firewalls pass it.");
        }
        return Finding.problem(
                endpoint,
                what,
                "The client says that it could not register. One redirect URI that is not accepted kills the whole"
                        + " request, also a private scheme such as cursor:// beside others.",
                "Accept the redirect URIs of this client: https, http on loopback with any port, and the private schemes"
                        + " of known clients.");
    }

    private static void forbidden(
            URI endpoint, Examination examination, List<Registration> made, List<Finding> findings) {
        for (String uri : FORBIDDEN) {
            Answer answer =
                    Registration.send(examination.web(), endpoint, "MCP gateway doctor, to be refused", List.of(uri));
            Optional<Registration> registration = Registration.of(answer);
            registration.ifPresent(made::add);
            if (registration.isPresent()) {
                findings.add(Finding.problem(
                        endpoint,
                        "registers a client with the redirect URI " + uri,
                        "Codes can be sent in clear, or to a script: whoever gets a person to sign in reads them.",
                        "Accept https, http on loopback, and private schemes that you list; nothing else."));
            }
        }
    }

    private static Optional<Finding> cleanUp(URI endpoint, Examination examination, List<Registration> made) {
        if (made.isEmpty()) {
            return Optional.empty();
        }
        long deleted = made.stream()
                .filter(Registration::isDeletable)
                .map(registration ->
                        registration.delete(examination.web(), endpoint).status())
                .filter(status -> status == 204 || status == 200)
                .count();
        if (deleted == made.size()) {
            return Optional.of(Finding.ok(endpoint, "the %d clients made for this were deleted".formatted(deleted)));
        }
        return Optional.of(Finding.warning(
                endpoint,
                "%d client(s) made for this could not be deleted".formatted(made.size() - deleted),
                "Registrations pile up where neither clients nor time take them away.",
                "Offer RFC 7592, let unused clients expire, and delete those named \"MCP gateway doctor\" by hand."));
    }

    private static String described(Answer answer) {
        return answer.json()
                .map(json -> json.getString("error", "") + " " + json.getString("error_description", ""))
                .filter(text -> !text.isBlank())
                .map(text -> ", " + Printable.quote(text))
                .orElse("");
    }

    private static boolean isLimit(Answer answer) {
        return answer.status() == 429;
    }
}
