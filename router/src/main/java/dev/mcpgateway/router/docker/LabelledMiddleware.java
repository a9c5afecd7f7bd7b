package dev.mcpgateway.router.docker;

import dev.mcpgateway.router.middleware.MiddlewareReader;
import dev.mcpgateway.settings.MiddlewareEntry;
import dev.mcpgateway.settings.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a middleware of Traefik's is for us. */
sealed interface LabelledMiddleware {
    /** Middlewares of ours, by name. */
    record Ours(Map<String, MiddlewareEntry> entries) implements LabelledMiddleware {
        public Ours {
            entries = new LinkedHashMap<>(entries);
        }
    }

    /** Verify is to be asked. */
    record Verified() implements LabelledMiddleware {}

    /** The gateway does that anyway, or nothing is lost without it. */
    record NotNeeded() implements LabelledMiddleware {}

    /** We have nothing like it: what it is for would be missing. */
    record Unsupported() implements LabelledMiddleware {}

    /**
     * Reads one middleware's options, such as {@code ratelimit.average}.
     *
     * @param notes takes a sentence about whatever is not taken over
     */
    static LabelledMiddleware read(String name, Map<String, String> options, Consumer<String> notes) {
        return new Reader(name, options, notes).read();
    }

    /** Takes what it knows from the options; what is left then is not supported. */
    final class Reader {
        private static final String REQUEST = "headers.customrequestheaders.";
        private static final String ANSWER = "headers.customresponseheaders.";
        private static final String ORIGINS = "headers.accesscontrolalloworiginlist";
        private static final Set<String> HARMLESS = Set.of("compress", "retry", "circuitbreaker", "inflightreq");
        private static final Pattern PERIOD = Pattern.compile("([0-9]{1,6})(ms|s|m|h)?");

        private final String name;
        private final Map<String, String> left;
        private final Consumer<String> notes;

        private Reader(String name, Map<String, String> options, Consumer<String> notes) {
            this.name = name;
            this.left = new LinkedHashMap<>(options);
            this.notes = notes;
        }

        private LabelledMiddleware read() {
            Set<String> kinds = Set.copyOf(left.keySet().stream()
                    .map(option -> option.split("\\.", 2)[0])
                    .toList());
            if (kinds.size() != 1) {
                report("is of several kinds; write one middleware for each");
                return new Unsupported();
            }
            String kind = kinds.iterator().next();
            LabelledMiddleware read;
            try {
                read = read(kind);
            } catch (IllegalArgumentException e) {
                report("cannot be read: " + e.getMessage());
                return new Unsupported();
            }
            left.keySet().forEach(option -> report("the option %s is not supported".formatted(option)));
            return read;
        }

        private LabelledMiddleware read(String kind) {
            return switch (kind) {
                case "headers" -> headers();
                case "redirectscheme" -> redirectScheme();
                case "redirectregex" ->
                    ours(new MiddlewareEntry.Redirect(
                            required("redirectregex.regex"),
                            required("redirectregex.replacement"),
                            isTrue("redirectregex.permanent")));
                case "ratelimit" -> rateLimit();
                case "ipallowlist", "ipwhitelist" ->
                    ours(new MiddlewareEntry.IpAllowList(list(required(kind + ".sourcerange"))));
                case "buffering" ->
                    ours(new MiddlewareEntry.BodyLimit(number("buffering.maxrequestbodybytes", Optional.empty())));
                case "forwardauth" -> forwardAuth();
                case String other
                when HARMLESS.contains(other) -> {
                    left.clear();
                    report("is of the kind %s, which has no counterpart; its routes go without it".formatted(other));
                    yield new NotNeeded();
                }
                default -> {
                    left.clear();
                    report("is of the kind %s, which is not supported".formatted(kind));
                    yield new Unsupported();
                }
            };
        }

        private LabelledMiddleware headers() {
            Map<String, MiddlewareEntry> entries = new LinkedHashMap<>();
            taken(ORIGINS).ifPresent(origins -> entries.put(name + ".cors", new MiddlewareEntry.Cors(list(origins))));
            Map<String, String> onRequests = new LinkedHashMap<>();
            Map<String, String> onAnswers = new LinkedHashMap<>();
            for (String option : List.copyOf(left.keySet())) {
                if (option.startsWith(REQUEST)) {
                    header(option, option.substring(REQUEST.length()), onRequests, true);
                } else if (option.startsWith(ANSWER)) {
                    header(option, option.substring(ANSWER.length()), onAnswers, false);
                }
            }
            if (!onRequests.isEmpty() || !onAnswers.isEmpty()) {
                entries.put(name, entry(onRequests, onAnswers));
            }
            return entries.isEmpty() ? new NotNeeded() : new Ours(entries);
        }

        /** One by one, so that a header that cannot be changed does not take the others with it. */
        private void header(String option, String header, Map<String, String> changes, boolean onRequest) {
            Map<String, String> alone = Map.of(header, left.getOrDefault(option, ""));
            List<String> problems = new ArrayList<>();
            MiddlewareEntry entry = onRequest ? entry(alone, Map.of()) : entry(Map.of(), alone);
            if (new MiddlewareReader(problems::add).read(name, entry).isPresent()) {
                changes.putAll(alone);
            } else {
                report(
                        "the header %s cannot be changed; identity, forwarding and connection headers are the gateway's own"
                                .formatted(header));
            }
            left.remove(option);
        }

        /** An empty value removes. */
        private static MiddlewareEntry entry(Map<String, String> onRequests, Map<String, String> onAnswers) {
            return new MiddlewareEntry.Headers(
                    valued(onRequests), emptied(onRequests), valued(onAnswers), emptied(onAnswers));
        }

        private static Map<String, String> valued(Map<String, String> changes) {
            Map<String, String> set = new LinkedHashMap<>(changes);
            set.values().removeIf(String::isEmpty);
            return set;
        }

        private static List<String> emptied(Map<String, String> changes) {
            return changes.keySet().stream()
                    .filter(header -> changes.getOrDefault(header, "").isEmpty())
                    .toList();
        }

        private LabelledMiddleware redirectScheme() {
            boolean https = required("redirectscheme.scheme").equalsIgnoreCase("https");
            left.remove("redirectscheme.permanent");
            if (https && taken("redirectscheme.port").orElse("443").equals("443")) {
                return new NotNeeded();
            }
            report("redirects to something else than https, which is not supported");
            return new Unsupported();
        }

        private LabelledMiddleware rateLimit() {
            int average = number("ratelimit.average", Optional.empty());
            int burst = number("ratelimit.burst", Optional.of(1));
            Duration period = taken("ratelimit.period").map(this::period).orElse(Duration.ofSeconds(1));
            return ours(new MiddlewareEntry.RateLimit(new Rate(average, period), burst, false));
        }

        private LabelledMiddleware forwardAuth() {
            if (!required("forwardauth.address").endsWith("/verify")) {
                report("asks a server of its own; VERIFY_URL is asked instead");
            }
            left.clear();
            return new Verified();
        }

        private LabelledMiddleware ours(MiddlewareEntry entry) {
            List<String> problems = new ArrayList<>();
            new MiddlewareReader(problems::add).read(name, entry);
            if (problems.isEmpty()) {
                return new Ours(Map.of(name, entry));
            }
            problems.forEach(notes);
            return new Unsupported();
        }

        private Duration period(String text) {
            Matcher parts = PERIOD.matcher(text);
            if (!parts.matches() || Integer.parseInt(parts.group(1)) == 0) {
                throw new IllegalArgumentException("the period is none; accepted is a duration such as 1m");
            }
            int count = Integer.parseInt(parts.group(1));
            return switch (parts.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                case null, default -> Duration.ofSeconds(count);
            };
        }

        private int number(String option, Optional<Integer> fallback) {
            Optional<String> written = taken(option);
            if (written.isEmpty() && fallback.isPresent()) {
                return fallback.get();
            }
            return written.filter(text -> text.matches("[1-9][0-9]{0,8}"))
                    .map(Integer::parseInt)
                    .orElseThrow(() ->
                            new IllegalArgumentException("%s must be a number from 1 to 999999999".formatted(option)));
        }

        private boolean isTrue(String option) {
            return taken(option).map(Boolean::parseBoolean).orElse(false);
        }

        private String required(String option) {
            return taken(option)
                    .filter(text -> !text.isEmpty())
                    .orElseThrow(() -> new IllegalArgumentException(option + " is missing"));
        }

        private Optional<String> taken(String option) {
            return Optional.ofNullable(left.remove(option));
        }

        private void report(String problem) {
            notes.accept("middlewares.%s %s".formatted(name, problem));
        }

        private static List<String> list(String text) {
            return Stream.of(text.split(",", -1))
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .toList();
        }
    }
}
