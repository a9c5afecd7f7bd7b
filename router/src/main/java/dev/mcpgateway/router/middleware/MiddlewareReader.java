package dev.mcpgateway.router.middleware;

import dev.mcpgateway.router.certificate.ClientAuthorities;
import dev.mcpgateway.router.match.Network;
import dev.mcpgateway.router.match.Regexp;
import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.settings.MiddlewareEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Makes middlewares of what was written. */
public final class MiddlewareReader {
    private final Consumer<String> problems;

    /** @param problems takes each problem as a sentence that begins with the middleware's name */
    public MiddlewareReader(Consumer<String> problems) {
        this.problems = problems;
    }

    /** Empty after reporting what is wrong. */
    public Optional<Middleware> read(String name, MiddlewareEntry entry) {
        try {
            return Optional.of(middleware(name, entry));
        } catch (IllegalArgumentException e) {
            problems.accept("middlewares.%s: %s".formatted(name, e.getMessage()));
            return Optional.empty();
        }
    }

    private static Middleware middleware(String name, MiddlewareEntry entry) {
        return switch (entry) {
            case MiddlewareEntry.Headers headers ->
                new Middleware.Headers(
                        name,
                        change(headers.setOnRequests(), headers.removeFromRequests(), HeaderPolicy::mayBeSetOnRequests),
                        change(headers.setOnAnswers(), headers.removeFromAnswers(), HeaderPolicy::mayBeSetOnAnswers));
            case MiddlewareEntry.Cors(var origins) -> new Middleware.CrossOrigin(name, origins(origins));
            case MiddlewareEntry.RateLimit(var average, var burst, var byIdentity) ->
                new Middleware.RateLimit(
                        name, average, burst, byIdentity ? Middleware.By.IDENTITY : Middleware.By.ADDRESS);
            case MiddlewareEntry.BodyLimit(var bytes) -> new Middleware.BodyLimit(name, bytes);
            case MiddlewareEntry.IpAllowList(var networks) -> new Middleware.IpAllowList(name, networks(networks));
            case MiddlewareEntry.ClientCertificate(var authorities) ->
                new Middleware.ClientCertificate(name, ClientAuthorities.of(authorities));
            case MiddlewareEntry.Redirect(var regex, var replacement, var permanent) ->
                new Middleware.Redirect(name, Regexp.parse(regex), location(replacement), permanent);
        };
    }

    private static HeaderChange change(Map<String, String> set, List<String> remove, Predicate<String> allowed) {
        List<String> names = new ArrayList<>(set.keySet());
        names.addAll(remove);
        names.stream().filter(allowed.negate()).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(
                    "the header %s cannot be changed; identity, forwarding and connection headers are the gateway's own"
                            .formatted(name));
        });
        HeaderList.Builder fields = HeaderList.builder();
        set.forEach(fields::add);
        return new HeaderChange(fields.build(), remove);
    }

    private static Origins origins(List<String> written) {
        return Origins.parse(written)
                .orElseThrow(() -> new IllegalArgumentException(
                        "accepted is a list of origins such as https://app.example.com, or `*`"));
    }

    private static List<Network> networks(List<String> written) {
        if (written.isEmpty()) {
            throw new IllegalArgumentException("accepted is a list of networks such as 10.0.0.0/8; it names none");
        }
        return written.stream()
                .map(text -> Network.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'%s' is no network; accepted are IP addresses and networks such as 10.0.0.0/8 or fd00::/8"
                                        .formatted(text))))
                .toList();
    }

    private static RedirectLocation location(String text) {
        return RedirectLocation.parse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "the replacement must be a URL with a fixed host and a path, such as https://new.example.com/$1"));
    }
}
