package dev.mcpgateway.oracle.testing.github;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;

/** Somebody with an account, who is sent to GitHub and decides there. */
public record Person(String login) {
    /** Lets the app know who they are; returns where the browser is sent then. */
    public URI allow(URI authorize) {
        return decide(authorize, "1");
    }

    /** Refuses; returns where the browser is sent then. */
    public URI deny(URI authorize) {
        return decide(authorize, "0");
    }

    private URI decide(URI authorize, String decision) {
        Map<String, String> form = new LinkedHashMap<>(Form.parse(authorize.getRawQuery()));
        form.put("login", login);
        form.put("authorize", decision);
        HttpRequest request = HttpRequest.newBuilder(authorize.resolve(authorize.getPath()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(Form.write(form)))
                .build();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = browser.send(request, BodyHandlers.ofString());
            return URI.create(answer.headers()
                    .firstValue("Location")
                    .orElseThrow(() -> new AssertionError(answer.statusCode() + " " + answer.body())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in front of GitHub", e);
        }
    }
}
