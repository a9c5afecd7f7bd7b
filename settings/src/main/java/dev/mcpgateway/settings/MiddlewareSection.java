package dev.mcpgateway.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads what is below the name of a middleware. */
final class MiddlewareSection {
    private static final int MAX_BURST = 1_000_000;

    private MiddlewareSection() {}

    /** Empty after reporting that it is not exactly one thing. */
    static Optional<MiddlewareEntry> read(YamlSection section) {
        Optional<MiddlewareEntry> entry =
                switch (section.keys().size() == 1 ? section.keys().iterator().next() : "") {
                    case "headers" -> section.section("headers").map(MiddlewareSection::headers);
                    case "cors" -> Optional.of(new MiddlewareEntry.Cors(texts(section, "cors")));
                    case "rate_limit" -> section.section("rate_limit").map(MiddlewareSection::rateLimit);
                    case "body_limit" ->
                        section.value("body_limit", Format.integer(0, Integer.MAX_VALUE))
                                .map(MiddlewareEntry.BodyLimit::new);
                    case "ip_allow_list" ->
                        Optional.of(new MiddlewareEntry.IpAllowList(texts(section, "ip_allow_list")));
                    case "client_certificate" ->
                        section.section("client_certificate").flatMap(MiddlewareSection::clientCertificate);
                    case "redirect" -> section.section("redirect").map(MiddlewareSection::redirect);
                    default -> Optional.empty();
                };
        if (entry.isEmpty()) {
            section.report(
                    "",
                    "%s is not accepted: accepted is exactly one of headers, cors, rate_limit, body_limit,"
                                    .formatted(section.name())
                            + " ip_allow_list, client_certificate and redirect, with what belongs to it");
        }
        return entry;
    }

    private static MiddlewareEntry headers(YamlSection section) {
        Optional<YamlSection> request = section.section("request");
        Optional<YamlSection> response = section.section("response");
        section.refuseTheRest();
        MiddlewareEntry.Headers headers = new MiddlewareEntry.Headers(
                request.map(MiddlewareSection::fields).orElse(Map.of()),
                request.map(part -> texts(part, "remove")).orElse(List.of()),
                response.map(MiddlewareSection::fields).orElse(Map.of()),
                response.map(part -> texts(part, "remove")).orElse(List.of()));
        request.ifPresent(YamlSection::refuseTheRest);
        response.ifPresent(YamlSection::refuseTheRest);
        return headers;
    }

    private static Map<String, String> fields(YamlSection section) {
        Map<String, String> fields = new LinkedHashMap<>();
        section.section("set")
                .ifPresent(set ->
                        set.keys().forEach(name -> set.text(name).ifPresent(value -> fields.put(name, value))));
        return fields;
    }

    private static MiddlewareEntry rateLimit(YamlSection section) {
        Rate average = section.value("average", Format.rate()).orElse(new Rate(0, Duration.ofSeconds(1)));
        if (average.count() == 0) {
            section.report(
                    "average",
                    "%s.average is missing: accepted is a number and a time such as 600/1m".formatted(section.name()));
        }
        int burst = section.value("burst", Format.integer(1, MAX_BURST)).orElse(Math.max(1, average.count()));
        boolean byIdentity = section.value("by", Format.choice("address", "identity"))
                .filter("identity"::equals)
                .isPresent();
        section.refuseTheRest();
        return new MiddlewareEntry.RateLimit(average, burst, byIdentity);
    }

    private static Optional<MiddlewareEntry> clientCertificate(YamlSection section) {
        Optional<Path> authorities = section.value("ca_file", Format.path("a file of certificates as PEM"));
        if (authorities.isEmpty()) {
            section.report(
                    "ca_file",
                    "%s.ca_file is missing: accepted is a file of certificates as PEM".formatted(section.name()));
        }
        section.refuseTheRest();
        return authorities.map(MiddlewareEntry.ClientCertificate::new);
    }

    private static MiddlewareEntry redirect(YamlSection section) {
        MiddlewareEntry.Redirect redirect = new MiddlewareEntry.Redirect(
                section.text("regex").orElse(".*"), section.text("replacement").orElse(""), section.flag("permanent"));
        section.refuseTheRest();
        return redirect;
    }

    private static List<String> texts(YamlSection section, String key) {
        return Objects.requireNonNullElse(section.texts(key), List.of());
    }
}
