package dev.mcpgateway.oracle.testing.github;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Everybody who ever signed in; letter case makes no difference. */
final class Accounts {
    private static final long FIRST_ID = 583_231;

    private final Map<String, Account> byLogin = new HashMap<>();
    private long made;

    record Account(long id, String login) {
        JsonObject toJson(URI github) {
            return Json.createObjectBuilder()
                    .add("login", login)
                    .add("id", id)
                    .add("node_id", "MDQ6VXNlcjE=")
                    .add("avatar_url", github + "/images/" + id)
                    .add("html_url", github + "/" + login)
                    .add("type", "User")
                    .add("site_admin", false)
                    .addNull("name")
                    .addNull("email")
                    .add("public_repos", 2)
                    .add("created_at", "2008-01-14T04:33:35Z")
                    .build();
        }
    }

    synchronized Account named(String login) {
        return byLogin.computeIfAbsent(login.toLowerCase(Locale.ROOT), _ -> new Account(FIRST_ID + made++, login));
    }

    /** Whoever has the login gives it up, and somebody else takes it. */
    synchronized void giveAway(String login) {
        byLogin.remove(login.toLowerCase(Locale.ROOT));
    }
}
