import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code benchmarks/compare} has measured, as a report. Arguments: {@code show}, {@code store} or {@code check};
 * the file of its notes; the folder of the project. Exit codes: 0 done; 1 a ratio got worse; 3 something was not
 * measured.
 */
public final class Comparison {
    /** A ratio may be worse than the stored one by this factor. */
    private static final double TOLERANCE = 1.2;

    private static final Map<String, String> LOADS = new LinkedHashMap<>();
    private static final Map<String, String> CONTENDERS = new LinkedHashMap<>();
    private static final Map<String, String> ENDPOINTS = new LinkedHashMap<>();
    private static final Pattern RATIO = Pattern.compile("\"([^\"]+)\": ([0-9.]+)");

    static {
        LOADS.put("http1-64", "HTTP/1.1, 64 connections");
        LOADS.put("http2-64", "HTTP/2, 64 connections");
        LOADS.put("http1-1", "HTTP/1.1, 1 connection");
        LOADS.put("http1-1000", "HTTP/1.1, 1,000 connections");
        CONTENDERS.put("router", "router");
        CONTENDERS.put("nginx", "nginx, `auth_request`");
        CONTENDERS.put("caddy", "Caddy, `forward_auth`");
        CONTENDERS.put("haproxy", "HAProxy, Lua");
        CONTENDERS.put("gateway", "router + oracle + Redis");
        CONTENDERS.put("nginx-oracle", "nginx + oracle + Redis");
        CONTENDERS.put("gateway-reuse", "router + oracle + Redis, answers used for 5 s");
        ENDPOINTS.put("verify", "2,214, p50 13.5 ms");
        ENDPOINTS.put("token", "1,023");
        ENDPOINTS.put("register", "2,025");
        ENDPOINTS.put("metadata", "3,001");
    }

    /** One round; {@code costs} are CPU microseconds a request of each part. Times are microseconds. */
    private record Round(double rate, double p50, double p90, double p99, long errors, Map<String, Double> costs) {
        boolean isGood() {
            return errors == 0 && rate > 0;
        }

        double cost() {
            return costs.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private record Bar(String label, double value, boolean ours) {}

    private record Panel(String title, List<Bar> bars) {}

    private final Map<String, Map<String, List<Round>>> rounds = new LinkedHashMap<>();
    private final Map<String, List<Double>> starts = new LinkedHashMap<>();
    private final Map<String, Map<String, Map<String, Double>>> memory = new LinkedHashMap<>();
    private final Map<String, String> notes = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();

    private Comparison(List<String> lines) {
        lines.forEach(this::read);
    }

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[2]);
        Path stored = root.resolve("benchmarks/stored.json");
        var comparison = new Comparison(Files.readAllLines(Path.of(arguments[1])));
        int status = comparison.missing().isEmpty() ? 0 : 3;
        switch (arguments[0]) {
            case "store" -> {
                Path reference = root.resolve("docs/reference");
                Files.createDirectories(reference.resolve("plots"));
                Files.writeString(reference.resolve("performance.md"), comparison.report(true));
                for (Map.Entry<String, String> plot : comparison.plots().entrySet()) {
                    Files.writeString(reference.resolve("plots/" + plot.getKey()), plot.getValue());
                }
                Files.writeString(stored, comparison.json());
                System.out.println("Written: docs/reference/performance.md, its plots and benchmarks/stored.json");
            }
            case "check" -> status = comparison.check(Files.readString(stored), status);
            default -> System.out.print(comparison.report(false));
        }
        comparison.missing().forEach(what -> System.err.println("Not measured: " + what));
        System.exit(status);
    }

    private void read(String line) {
        String[] parts = line.split(" ", 2);
        String[] words = parts[1].split(" ");
        switch (parts[0]) {
            case "load" -> {
                Map<String, Double> costs = new LinkedHashMap<>();
                for (int i = 9; i < words.length; i++) {
                    String[] cost = words[i].split("=");
                    costs.put(cost[0], Double.parseDouble(cost[1]));
                }
                rounds.computeIfAbsent(words[0], _ -> new LinkedHashMap<>())
                        .computeIfAbsent(words[1], _ -> new ArrayList<>())
                        .add(new Round(
                                Double.parseDouble(words[3]) / Double.parseDouble(words[4]) * 1e6,
                                Double.parseDouble(words[5]),
                                Double.parseDouble(words[6]),
                                Double.parseDouble(words[7]),
                                Long.parseLong(words[8]),
                                costs));
            }
            case "start" ->
                starts.computeIfAbsent(words[0], _ -> new ArrayList<>()).add(Double.parseDouble(words[2]));
            case "memory" ->
                memory.computeIfAbsent(words[0], _ -> new LinkedHashMap<>())
                        .computeIfAbsent(words[1], _ -> new LinkedHashMap<>())
                        .put(words[2], Double.parseDouble(words[3]) / 1024);
            case "version" -> versions.put(words[0], parts[1].substring(words[0].length() + 1));
            default -> notes.put(parts[0], parts[1]);
        }
    }

    // Figures

    private List<Round> good(String load, String contender) {
        return rounds.getOrDefault(load, Map.of()).getOrDefault(contender, List.of()).stream()
                .filter(Round::isGood)
                .toList();
    }

    private long failed(String load, String contender) {
        return rounds.getOrDefault(load, Map.of()).getOrDefault(contender, List.of()).stream()
                .filter(round -> !round.isGood())
                .count();
    }

    private static Optional<Double> median(Collection<Round> rounds, ToDoubleFunction<Round> figure) {
        return median(rounds.stream().map(figure::applyAsDouble).toList());
    }

    private static Optional<Double> median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return switch (sorted.size() % 2) {
            case 1 -> Optional.of(sorted.get(middle));
            default ->
                sorted.isEmpty() ? Optional.empty() : Optional.of((sorted.get(middle - 1) + sorted.get(middle)) / 2);
        };
    }

    private Optional<Double> rate(String load, String contender) {
        return median(good(load, contender), Round::rate);
    }

    private Optional<Double> cost(String load, String contender) {
        return median(good(load, contender), Round::cost);
    }

    /** How far the rounds lie apart, in per cent of the middle one. */
    private static String spread(Collection<Round> rounds, ToDoubleFunction<Round> figure) {
        return median(rounds, figure)
                .filter(middle -> rounds.size() > 1 && middle > 0)
                .map(middle -> {
                    double least = rounds.stream().mapToDouble(figure).min().orElse(0);
                    double most = rounds.stream().mapToDouble(figure).max().orElse(0);
                    return text("%.0f %%", (most - least) / middle * 100);
                })
                .orElse("-");
    }

    /** What has no round that counts. */
    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        rounds.forEach((load, byContender) -> byContender.keySet().stream()
                .filter(contender -> good(load, contender).isEmpty())
                .forEach(contender -> missing.add(load + " of " + contender)));
        return missing;
    }

    /** Each is worse the larger it is, and none depends on the speed of the machine alone. */
    private Map<String, Double> ratios() {
        Map<String, Double> ratios = new LinkedHashMap<>();
        for (String load : LOADS.keySet()) {
            for (String peer : List.of("nginx", "caddy", "haproxy")) {
                put(ratios, load + ": CPU a request, router to " + peer, cost(load, "router"), cost(load, peer));
            }
            put(
                    ratios,
                    load + ": CPU a request, router + oracle + Redis to nginx + oracle + Redis",
                    cost(load, "gateway"),
                    cost(load, "nginx-oracle"));
            put(
                    ratios,
                    load + ": CPU a request, answers used for 5 s to nginx + oracle + Redis",
                    cost(load, "gateway-reuse"),
                    cost(load, "nginx-oracle"));
        }
        for (String load : List.of("http1-64", "http2-64")) {
            for (String peer : List.of("nginx", "caddy", "haproxy")) {
                put(ratios, load + ": requests/s, " + peer + " to router", rate(load, peer), rate(load, "router"));
            }
            put(
                    ratios,
                    load + ": requests/s, nginx + oracle + Redis to router + oracle + Redis",
                    rate(load, "nginx-oracle"),
                    rate(load, "gateway"));
        }
        for (String load : List.of("handshake-full", "handshake-resumed")) {
            for (String peer : List.of("nginx", "caddy", "haproxy")) {
                put(ratios, load + ": CPU, router to " + peer, cost(load, "router"), cost(load, peer));
            }
        }
        for (String endpoint : ENDPOINTS.keySet()) {
            put(
                    ratios,
                    "/" + endpoint + ": CPU with Redis to a request through nginx (http1-64)",
                    cost(endpoint, "oracle"),
                    cost("http1-64", "nginx"));
        }
        put(ratios, "memory after load, router to Caddy", memoryOf("loaded", "router"), memoryOf("loaded", "caddy"));
        return ratios;
    }

    private static void put(Map<String, Double> ratios, String name, Optional<Double> one, Optional<Double> other) {
        if (one.isPresent() && other.filter(value -> value > 0).isPresent()) {
            ratios.put(name, one.get() / other.get());
        }
    }

    private Optional<Double> memoryOf(String when, String contender) {
        Map<String, Double> parts = memory.getOrDefault(when, Map.of()).getOrDefault(contender, Map.of());
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        parts.values().stream().mapToDouble(Double::doubleValue).sum());
    }

    // Stored ratios

    private String json() {
        return ratios().entrySet().stream()
                .map(ratio -> text("    \"%s\": %.3f", ratio.getKey(), ratio.getValue()))
                .collect(Collectors.joining(
                        ",\n",
                        text(
                                "{%n  \"measured\": \"%s\",%n  \"version\": \"%s\",%n  \"quick\": \"%s\",%n  \"ratios\": {%n",
                                notes.get("date"), versions.get("gateway"), notes.get("quick")),
                        "\n  }\n}\n"));
    }

    private int check(String stored, int status) {
        Map<String, Double> now = ratios();
        Map<String, Double> before = RATIO.matcher(stored)
                .results()
                .collect(Collectors.toMap(
                        ratio -> ratio.group(1),
                        ratio -> Double.parseDouble(ratio.group(2)),
                        (first, _) -> first,
                        LinkedHashMap::new));
        if (stored.contains("\"quick\": \"true\"")) {
            System.out.println("The stored ratios are of a run with --quick, and say little.");
        }
        System.out.println("stored      now  change");
        List<String> worse = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        before.forEach((name, value) -> {
            if (!now.containsKey(name)) {
                unknown.add(name);
                return;
            }
            double change = now.get(name) / value;
            boolean bad = change > TOLERANCE;
            if (bad) {
                worse.add(text("%s: %.2f was %.2f", name, now.get(name), value));
            }
            System.out.println(text(
                    "%6.2f  %7.2f  %+5.0f %% %s %s", value, now.get(name), (change - 1) * 100, bad ? "!" : " ", name));
        });
        unknown.forEach(name -> System.err.println("Not measured: " + name));
        worse.forEach(name -> System.err.println("Worse by more than 20 %: " + name));
        return worse.isEmpty() ? unknown.isEmpty() ? status : 3 : 1;
    }

    // The report

    private boolean isQuick() {
        return "true".equals(notes.get("quick"));
    }

    private String report(boolean withPlots) {
        StringBuilder out = new StringBuilder("# Performance\n\n");
        if (isQuick()) {
            out.append(
                    "**These figures are from a run with `--quick`, one round of two seconds beside other work: they show the form of this\n"
                            + "page and say nothing about speed.**\n\n");
        }
        out.append(
                "Written by `benchmarks/compare --store`; `benchmarks/compare --check` measures again and fails where a ratio is worse by\n"
                        + "more than 20 %. Everything ran on one machine over loopback, clients included, in turns (A B C A B C ...), so compare\n"
                        + "lines of one table; absolute figures of another machine differ.\n\n");
        out.append(text(
                "Measured %s on %s; %s rounds; load of the machine in the end %s. Versions: %s.%n%n",
                notes.get("date"),
                notes.get("machine"),
                notes.get("rounds"),
                notes.get("load-average"),
                versions.entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", "))));
        out.append("""
                ## What was measured

                A request is `POST /echo/mcp` with a JSON-RPC body of 206 bytes and a bearer token of 800 bytes (behind the oracle: its own
                token), the answer 320 bytes. All of them end TLS with the same P-256 certificate, ask a verify service about each request,
                set `X-User-Id`, drop `Authorization`, keep their connections, and write no access log. Another nginx stands in for the MCP
                server and, where there is no oracle, for verify, which answers `204` with three headers. Router and oracle are plain JVMs
                with the flags and the heap of their containers but without their AOT cache.

                - Figures are medians of the rounds; *spread* is how far the rounds lie apart. A round with any error or another status than 2xx
                  is a failed one and does not count.
                - CPU is that of the processes named, without stand-ins and clients, and without the JVM's compiler threads, which come to an
                  end. It is the steadier figure: client and stand-ins share the cores.
                - With 1,000 connections their handshakes are part of the time and of the cost; with fewer they do not show.
                - HTTP/2 is 64 connections with one request at a time; `benchmarks/http2-beside-nginx` has several streams on each.
                - HAProxy of Debian has no `auth_request`: a Lua action asks verify with its `httpclient`.

                """);
        if (withPlots) {
            out.append("## Plots\n\n");
            plots().keySet().forEach(name -> out.append(text("![%s](plots/%s)%n%n", plotTitle(name), name)));
        }
        LOADS.forEach((load, title) -> loadTable(out, load, title));
        out.append(
                "The reference stack (Traefik, Python, Redis) answered 1,691 requests/s over TLS with each request verified, p99 57 ms, as\n"
                        + "recorded on another machine of two cores.\n\n");
        endpointTable(out);
        handshakeTable(out);
        startTable(out);
        memoryTable(out);
        ratioTable(out);
        out.append("""
                ## Elsewhere

                What a store of a million clients and grants costs: [the store](store.md#size-and-speed). What an idle event stream takes:
                [decision 0019](../decisions/0019-memory-of-silent-streams.md). What HTTP/2 costs: [decision 0015](../decisions/0015-own-http2.md).
                Sizes and start times of the images: [containers](containers.md).
                """);
        return out.toString();
    }

    private void loadTable(StringBuilder out, String load, String title) {
        out.append(text("## %s%n%n", title));
        out.append("| | requests/s | spread | p50 ms | p90 ms | p99 ms | CPU us a request | spread |\n");
        out.append("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        CONTENDERS.forEach((contender, name) -> {
            List<Round> good = good(load, contender);
            if (good.isEmpty()) {
                out.append(text("| %s | failed | | | | | | |%n", name));
                return;
            }
            out.append(text(
                    "| %s%s | %,.0f | %s | %s | %s | %s | %s | %s |%n",
                    name,
                    failed(load, contender) == 0 ? "" : " (" + failed(load, contender) + " rounds failed)",
                    rate(load, contender).orElseThrow(),
                    spread(good, Round::rate),
                    milliseconds(good, Round::p50),
                    milliseconds(good, Round::p90),
                    milliseconds(good, Round::p99),
                    costs(good),
                    spread(good, Round::cost)));
        });
        out.append("\n");
    }

    private static String milliseconds(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double value = median(rounds, figure).orElse(0.0) / 1000;
        return text(value < 10 ? "%.2f" : "%.0f", value);
    }

    /** The sum, and its parts where there are several. */
    private static String costs(List<Round> rounds) {
        String sum = text("%.1f", median(rounds, Round::cost).orElse(0.0));
        Collection<String> names = rounds.getFirst().costs().keySet();
        return names.size() == 1
                ? sum
                : sum
                        + names.stream()
                                .map(name -> text(
                                        "%s %.1f",
                                        name,
                                        median(rounds, round -> round.costs().get(name))
                                                .orElse(0.0)))
                                .collect(Collectors.joining(", ", " (", ")"));
    }

    private void endpointTable(StringBuilder out) {
        out.append(
                "## Endpoints of the oracle\n\nAsked directly over HTTP on 64 connections, its store in Redis. `/verify` checks a valid token, `/token` refreshes, each\n"
                        + "connection its own grant.\n\n");
        out.append(
                "| | requests/s | spread | p50 ms | p90 ms | p99 ms | CPU us a request | reference stack, requests/s, recorded on another machine |\n");
        out.append("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        ENDPOINTS.forEach((endpoint, recorded) -> {
            List<Round> good = good(endpoint, "oracle");
            String name = endpoint.equals("metadata") ? "metadata" : "`/" + endpoint + "`";
            out.append(
                    good.isEmpty()
                            ? text("| %s | failed | | | | | | %s |%n", name, recorded)
                            : text(
                                    "| %s | %,.0f | %s | %s | %s | %s | %s | %s |%n",
                                    name,
                                    rate(endpoint, "oracle").orElseThrow(),
                                    spread(good, Round::rate),
                                    milliseconds(good, Round::p50),
                                    milliseconds(good, Round::p90),
                                    milliseconds(good, Round::p99),
                                    costs(good),
                                    recorded));
        });
        out.append("\n");
    }

    private void handshakeTable(StringBuilder out) {
        out.append(
                "## TLS handshakes\n\nTLS 1.3 by `openssl s_time`, one after the other. A resumed one has a request that is answered 404 at once, since the\n"
                        + "client gets its ticket beside the answer.\n\n| | full, CPU ms | spread | resumed, CPU ms | spread |\n| --- | --- | --- | --- | --- |\n");
        for (String contender : List.of("router", "nginx", "caddy", "haproxy")) {
            List<Round> full = good("handshake-full", contender);
            List<Round> resumed = good("handshake-resumed", contender);
            out.append(text(
                    "| %s | %s | %s | %s | %s |%n",
                    CONTENDERS.get(contender).split(",", 2)[0],
                    full.isEmpty()
                            ? "failed"
                            : text("%.2f", cost("handshake-full", contender).orElseThrow() / 1000),
                    spread(full, Round::cost),
                    resumed.isEmpty()
                            ? "failed"
                            : text("%.2f", cost("handshake-resumed", contender).orElseThrow() / 1000),
                    spread(resumed, Round::cost)));
        }
        out.append("\n");
    }

    private void startTable(StringBuilder out) {
        out.append(
                "## Start-up\n\nFrom the start of the process to its first 200, without the AOT cache that the images have.\n\n");
        out.append("| | ms | rounds |\n| --- | --- | --- |\n");
        starts.forEach((name, times) -> out.append(text(
                "| %s | %.0f | %s |%n",
                name,
                median(times).orElseThrow(),
                times.stream().map(time -> text("%.0f", time)).collect(Collectors.joining(", ")))));
        out.append("| authorization service of the reference stack, recorded on another machine | 417 | |\n\n");
    }

    private void memoryTable(StringBuilder out) {
        out.append(
                "## Memory\n\nResident megabytes, pages that processes share counted in parts; idle is before the first load, loaded after the last,\n"
                        + "which had 1,000 connections.\n\n| | idle | loaded |\n| --- | --- | --- |\n");
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("router router", "router");
        parts.put("gateway oracle", "oracle");
        parts.put("gateway redis", "Redis");
        parts.put("nginx nginx", "nginx");
        parts.put("caddy caddy", "Caddy");
        parts.put("haproxy haproxy", "HAProxy");
        parts.forEach((key, name) -> {
            String[] words = key.split(" ");
            out.append(text(
                    "| %s | %.0f | %.0f |%n",
                    name,
                    memory.get("idle").get(words[0]).get(words[1]),
                    memory.get("loaded").get(words[0]).get(words[1])));
        });
        out.append("| authorization service of the reference stack, recorded on another machine | 58 | |\n\n");
    }

    private void ratioTable(StringBuilder out) {
        out.append("## Ratios\n\nWhat `--check` compares; smaller is better.\n\n| | ratio |\n| --- | --- |\n");
        ratios().forEach((name, value) -> out.append(text("| %s | %.2f |%n", name, value)));
        out.append("\n");
    }

    // Plots

    private static String plotTitle(String file) {
        return switch (file) {
            case "cpu.svg" -> "CPU microseconds a request, less is better";
            case "requests.svg" -> "Requests a second, more is better";
            case "latency.svg" -> "Milliseconds for an answer with 64 connections, less is better";
            case "handshakes.svg" -> "CPU milliseconds for a TLS handshake, less is better";
            default -> "Megabytes resident after the load, less is better";
        };
    }

    private Map<String, String> plots() {
        Map<String, String> plots = new TreeMap<>();
        List<String> shown = List.of("http1-64", "http2-64", "http1-1000");
        plots.put(
                "cpu.svg",
                svg("cpu.svg", panels(shown, (load, contender) -> cost(load, contender), CONTENDERS.keySet())));
        plots.put(
                "requests.svg",
                svg("requests.svg", panels(shown, (load, contender) -> rate(load, contender), CONTENDERS.keySet())));
        List<Panel> latency = new ArrayList<>();
        for (String load : List.of("http1-64", "http2-64")) {
            latency.add(new Panel(
                    LOADS.get(load) + ", p50",
                    bars(
                            CONTENDERS.keySet(),
                            contender ->
                                    median(good(load, contender), Round::p50).map(micros -> micros / 1000))));
            latency.add(new Panel(
                    LOADS.get(load) + ", p99",
                    bars(
                            CONTENDERS.keySet(),
                            contender ->
                                    median(good(load, contender), Round::p99).map(micros -> micros / 1000))));
        }
        plots.put("latency.svg", svg("latency.svg", latency));
        List<String> edges = List.of("router", "nginx", "caddy", "haproxy");
        plots.put(
                "handshakes.svg",
                svg(
                        "handshakes.svg",
                        List.of(
                                new Panel(
                                        "full",
                                        bars(
                                                edges,
                                                contender -> cost("handshake-full", contender)
                                                        .map(micros -> micros / 1000))),
                                new Panel(
                                        "resumed, with a request",
                                        bars(
                                                edges,
                                                contender -> cost("handshake-resumed", contender)
                                                        .map(micros -> micros / 1000))))));
        plots.put(
                "memory.svg",
                svg(
                        "memory.svg",
                        List.of(new Panel(
                                "each with all its parts",
                                bars(CONTENDERS.keySet(), contender -> memoryOf("loaded", contender))))));
        return plots;
    }

    private interface Figure {
        Optional<Double> of(String load, String contender);
    }

    private static List<Panel> panels(List<String> loads, Figure figure, Collection<String> contenders) {
        return loads.stream()
                .map(load -> new Panel(LOADS.get(load), bars(contenders, contender -> figure.of(load, contender))))
                .toList();
    }

    private static List<Bar> bars(
            Collection<String> contenders, java.util.function.Function<String, Optional<Double>> figure) {
        return contenders.stream()
                .flatMap(contender -> figure
                        .apply(contender)
                        .map(value -> new Bar(
                                CONTENDERS.get(contender).replace("`", ""),
                                value,
                                contender.equals("router") || contender.startsWith("gateway")))
                        .stream())
                .toList();
    }

    /** Bars that lie, ours in another colour; texts are dark on a light page and light on a dark one. */
    private static String svg(String file, List<Panel> panels) {
        int left = 310;
        int width = 340;
        StringBuilder body = new StringBuilder();
        int y = 28;
        body.append(text("  <text class=\"title\" x=\"10\" y=\"%d\">%s</text>%n", y, plotTitle(file)));
        for (Panel panel : panels) {
            y += 32;
            body.append(text("  <text class=\"panel\" x=\"10\" y=\"%d\">%s</text>%n", y, panel.title()));
            double most = panel.bars().stream().mapToDouble(Bar::value).max().orElse(1);
            y += 8;
            for (Bar bar : panel.bars()) {
                double length = Math.max(1, bar.value() / most * width);
                body.append(text(
                        "  <text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", left - 8, y + 14, bar.label()));
                body.append(text(
                        "  <rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"14\" rx=\"2\"/>%n",
                        bar.ours() ? "ours" : "other", left, y + 3, length));
                body.append(text(
                        "  <text x=\"%.1f\" y=\"%d\">%s</text>%n", left + length + 6, y + 14, figure(bar.value())));
                y += 20;
            }
        }
        return text("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 %d" width="740" height="%d" role="img">
                  <title>%s</title>
                  <style>
                    text { font: 12px system-ui, sans-serif; fill: #424a53 }
                    .title { font-weight: 600; font-size: 15px }
                    .panel { font-weight: 600 }
                    .ours { fill: #1f7a8c }
                    .other { fill: #8c959f }
                    @media (prefers-color-scheme: dark) {
                      text { fill: #c9d1d9 }
                      .ours { fill: #4cb5c9 }
                      .other { fill: #6e7681 }
                    }
                  </style>
                %s</svg>
                """, y + 16, y + 16, plotTitle(file), body);
    }

    private static String figure(double value) {
        return text(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
