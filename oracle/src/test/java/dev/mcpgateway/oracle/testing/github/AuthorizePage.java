package dev.mcpgateway.oracle.testing.github;

import java.util.Map;
import java.util.stream.Collectors;

/** Where a person says who they are, and whether the app may know. */
final class AuthorizePage {
    private AuthorizePage() {}

    static String of(Map<String, String> asked) {
        String hidden = asked.entrySet().stream()
                .map(field -> "<input type=\"hidden\" name=\"%s\" value=\"%s\">"
                        .formatted(escape(field.getKey()), escape(field.getValue())))
                .collect(Collectors.joining("\n"));
        return """
                <!DOCTYPE html>
                <html lang="en">
                <title>Authorize application</title>
                <h1>Sign in to GitHub</h1>
                <form action="/login/oauth/authorize" method="post">
                %s
                <label>Username <input type="text" name="login" value=""></label>
                <button type="submit" name="authorize" value="1">Authorize</button>
                <button type="submit" name="authorize" value="0">Deny</button>
                </form>
                </html>
                """.formatted(hidden);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;");
    }
}
