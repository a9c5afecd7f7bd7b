package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Whether the oracle's settings fit what is seen from outside, keep what they should, and admit whom they should. */
final class SettingsCheck implements Check {
    private final Management management;

    SettingsCheck(Management management) {
        this.management = management;
    }

    @Override
    public String name() {
        return "Settings and store";
    }

    @Override
    public List<Finding> run(Examination examination) {
        Answer answer = management.ask(management.oracle(), "/admin/config");
        if (answer.status() != 200 || answer.json().isEmpty()) {
            return List.of(Finding.notChecked(
                    management.oracle(),
                    "settings",
                    "/admin/config: %s; ADMIN_TOKEN_FILE must name the file with the token".formatted(answer.words())));
        }
        JsonObject config = answer.json().get();
        List<Finding> findings = new ArrayList<>();
        findings.add(issuer(config, examination));
        findings.add(store(config));
        services(config, examination, findings);
        if (config.getString("REFRESH_ROTATION", "").equals("strict")) {
            findings.add(Finding.warning(
                    "REFRESH_ROTATION",
                    "is strict",
                    "Clients with several windows refresh at the same moment; the slower one loses its sign-in.",
                    "Set REFRESH_ROTATION=grace, unless that is wanted."));
        }
        findings.add(Finding.notChecked(
                "GitHub",
                "the app's callback URL",
                "the gateway cannot ask GitHub for it; it must be %s/callback"
                        .formatted(config.getString("ISSUER", ""))));
        return findings;
    }

    private static Finding issuer(JsonObject config, Examination examination) {
        String set = config.getString("ISSUER", "");
        List<String> seen = examination.issuers();
        return seen.isEmpty() || seen.contains(set)
                ? Finding.ok("ISSUER", set)
                : Finding.problem(
                        "ISSUER",
                        "is %s, but from outside the issuer is %s".formatted(set, String.join(", ", seen)),
                        "Another gateway answers at that address, or an old one.",
                        "Check DNS and what stands in front; set ISSUER or BASE_DOMAIN to the public address.");
    }

    private static Finding store(JsonObject config) {
        String url = config.getString("STORAGE_URL", "");
        if (url.startsWith("jdbc:h2:mem:")) {
            return Finding.problem(
                    "STORAGE_URL",
                    "keeps everything in memory",
                    "A restart ends every connection, and every client has to be removed and added again.",
                    "Set STORAGE_URL to a file, PostgreSQL or Redis.");
        }
        if (url.startsWith("jdbc:h2:") || url.startsWith("jdbc:postgresql:")) {
            return Finding.ok("STORAGE_URL", "a database that has written what it confirmed");
        }
        return Finding.notChecked(
                "STORAGE_URL",
                "whether the store keeps what it confirmed",
                "the management API does not tell. H2 and PostgreSQL do, as they are used here; ask Redis: CONFIG GET appendonly must say yes, CONFIG GET"
                        + " maxmemory-policy noeviction");
    }

    private static void services(JsonObject config, Examination examination, List<Finding> findings) {
        JsonValue services = config.getOrDefault("services", JsonValue.EMPTY_JSON_ARRAY);
        List<String> known = new ArrayList<>();
        for (JsonValue each : services instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY) {
            if (!(each instanceof JsonObject service)) {
                continue;
            }
            String resource = service.getString("resource", "");
            known.add(resource);
            findings.add(
                    service.getBoolean("open_to_everybody", false)
                            ? Finding.warning(
                                    resource,
                                    "everybody who can sign in may use it",
                                    "With GitHub that is everybody who has an account there.",
                                    "List users, organizations or teams in `allow` or ALLOWED_GITHUB_USERS, unless this"
                                            + " is wanted (as it is in the quick start).")
                            : Finding.ok(resource, "is for listed people only"));
        }
        for (URI examined : examination.services()) {
            if (!known.contains(examined.toString())) {
                findings.add(Finding.warning(
                        examined,
                        "is no service of this oracle; it has " + String.join(", ", known),
                        "It issues no tokens for this URL.",
                        "Correct the URL, or add the service to gateway.yaml."));
            }
        }
    }
}
