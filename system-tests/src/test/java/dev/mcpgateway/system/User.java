package dev.mcpgateway.system;

import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A person with a browser of their own: reads the pages, allows what is asked, signs in. */
final class User {
    private static final int MAX_STEPS = 10;
    private static final Pattern REFRESH =
            Pattern.compile("(?i)http-equiv=\"refresh\"\\s+content=\"\\d+;\\s*url=([^\"]+)\"");

    private static final Pattern PARAMETER = Pattern.compile("([^&=]+)=([^&]*)");

    private static final Set<String> ALLOWING = Set.of("allow", "1");
    private static final Set<String> DENYING_AT_GITHUB = Set.of("allow", "0");

    private final String name;
    private final Web browser;
    private final Set<String> decisions;

    User(String name, Web browser) {
        this(name, browser, ALLOWING);
    }

    private User(String name, Web browser, Set<String> decisions) {
        this.name = name;
        this.browser = browser;
        this.decisions = decisions;
    }

    /** The same person, who does not let GitHub say who they are. */
    User denyingAtGithub() {
        return new User(name, browser, DENYING_AT_GITHUB);
    }

    /** Opens the page that a client wants opened, allows, signs in; returns what the client is answered. */
    Map<String, String> allow(Client.Authorization authorization) {
        return query(followUntil(authorization.uri(), Client.REDIRECT_URI));
    }

    /** Goes from page to page until the browser is sent to an address that begins so; that one is not opened. */
    URI followUntil(URI first, String goal) {
        HttpResponse<String> page = browser.get(first);
        for (int step = 0; step < MAX_STEPS; step++) {
            Optional<URI> next = next(page);
            if (next.isPresent() && next.get().toString().startsWith(goal)) {
                return next.get();
            }
            page = next.isPresent() ? browser.get(next.get()) : submit(page);
        }
        throw new AssertionError("not sent to " + goal + " after " + MAX_STEPS + " pages: " + page.uri());
    }

    private static Optional<URI> next(HttpResponse<String> page) {
        Optional<String> location = page.headers().firstValue("Location");
        if (location.isPresent()) {
            return location.map(page.uri()::resolve);
        }
        Matcher refresh = REFRESH.matcher(page.body());
        return refresh.find() ? Optional.of(page.uri().resolve(HtmlForm.decode(refresh.group(1)))) : Optional.empty();
    }

    private HttpResponse<String> submit(HttpResponse<String> page) {
        for (HtmlForm form : HtmlForm.readAll(page.body())) {
            Map<String, String> fields = new LinkedHashMap<>(form.fields());
            fields.replace("username", name);
            fields.replace("login", name);
            form.buttons().stream()
                    .filter(button -> decisions.contains(button.value()))
                    .forEach(button -> fields.put(button.name(), button.value()));
            URI action = page.uri().resolve(form.action());
            return browser.postForm(
                    action, fields, "Origin", page.uri().resolve("/").toString().replaceAll("/$", ""));
        }
        throw new AssertionError(
                "no form in the answer " + page.statusCode() + " of " + page.uri() + ":\n" + page.body());
    }

    static Map<String, String> query(URI uri) {
        return PARAMETER
                .matcher(uri.getRawQuery())
                .results()
                .collect(Collectors.toMap(
                        parameter -> parameter.group(1),
                        parameter -> URLDecoder.decode(parameter.group(2), StandardCharsets.UTF_8)));
    }
}
