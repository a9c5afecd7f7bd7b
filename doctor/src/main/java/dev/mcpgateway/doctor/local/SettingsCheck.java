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
        findings.add(store(config.getString("STORAGE_URL", "")));
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

    private Finding store(String url) {
        if (url.startsWith("jdbc:h2:mem:")) {
            return Finding.problem(
                    "STORAGE_URL",
                    "keeps everything in memory",
                    "A restart ends every connection, and every client has to be removed and added again.",
                    "Set STORAGE_URL to a file, PostgreSQL or Redis.");
        }
        if (url.startsWith("jdbc:h2:")) {
            return Finding.ok("STORAGE_URL", "a database that has written what it confirmed");
        }
        Answer answer = management.ask(management.oracle(), "/admin/store");
        return answer.json()
                .filter(_ -> answer.status() == 200)
                .map(told -> told.get("durability"))
                .filter(JsonObject.class::isInstance)
                .map(told -> durability(told.asJsonObject()))
                .orElseGet(() -> Finding.notChecked(
                        "STORAGE_URL",
                        "whether the store keeps what it confirmed",
                        "/admin/store: %s".formatted(answer.words())));
    }

    private static Finding durability(JsonObject told) {
        if (told.getString("appendonly", "").equals("no")) {
            return Finding.problem(
                    "Redis",
                    "writes no log (appendonly no)",
                    "A crash or restart of Redis loses what was confirmed since its last snapshot: connections, and"
                            + " revocations.",
                    "CONFIG SET appendonly yes, and the same in its file; compose/redis.conf has what Redis should be set to.");
        }
        if (told.getString("aof_last_write_status", "ok").equals("err")) {
            return Finding.problem(
                    "Redis",
                    "could not write its log the last time (aof_last_write_status err)",
                    "What it confirms now may be lost, and it refuses writes.",
                    "Look at its log; most often the disk is full.");
        }
        if (told.getString("fsync", "on").equals("off")
                || told.getString("synchronous_commit", "on").equals("off")) {
            return Finding.problem(
                    "PostgreSQL",
                    "confirms before it has written (fsync %s, synchronous_commit %s)"
                            .formatted(told.getString("fsync", "?"), told.getString("synchronous_commit", "?")),
                    "A crash of the server loses what was confirmed last: connections, and revocations.",
                    "Set both to on.");
        }
        if (told.containsKey("appendonly")) {
            return Finding.ok(
                    "Redis",
                    "writes its log (appendonly yes) and keeps everything (maxmemory-policy %s); the oracle's user may not read appendfsync, which should be everysec or always"
                            .formatted(told.getString("maxmemory-policy", "?")));
        }
        return Finding.ok("STORAGE_URL", "a database that has written what it confirmed");
    }

    private static Finding admitted(String resource, JsonObject service) {
        if (service.getBoolean("open_to_everybody", false)) {
            return Finding.warning(
                    resource,
                    "everybody who can sign in may use it",
                    "With GitHub that is everybody who has an account there.",
                    "List users, organizations or teams in `allow` or ALLOWED_GITHUB_USERS, unless this"
                            + " is wanted (as it is in the quick start).");
        }
        int rules = service.getInt("allow_rules", -1);
        if (rules == 0) {
            return Finding.warning(
                    resource,
                    "nobody may use it",
                    "Everybody who signs in is refused afterwards.",
                    "List users, organizations or teams in `allow` or ALLOWED_GITHUB_USERS.");
        }
        return Finding.ok(
                resource,
                rules < 0 ? "is for listed people only" : "is for listed people only: %d rule(s)".formatted(rules));
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
            findings.add(admitted(resource, service));
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
