import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Clients of the gateway, for the benchmarks.
 *
 * <ul>
 *   <li>{@code sign-in ISSUER SERVICE GITHUB_PORT COUNT FILE}: registers COUNT clients, signs alice in with each at a
 *       stand-in for GitHub on that port of 127.0.0.1, and writes a line for each into FILE: id of the client, access
 *       token, refresh token
 *   <li>{@code refresh PORT AUTHORITY SECONDS FILE}: each of FILE refreshes its token again and again on a connection
 *       of its own to 127.0.0.1:PORT, one second to warm up and then SECONDS; writes the tokens that it ends with into
 *       FILE, and prints "figures" as load.lua does, and then how many requests there were with those to warm up
 * </ul>
 */
public final class Clients {
    private static final String REDIRECT = "http://127.0.0.1:39124/callback";
    private static final Pattern INPUT = Pattern.compile("<input\\b[^>]*>");
    private static final Pattern BUTTON = Pattern.compile("<button\\b[^>]*>");
    private static final Pattern FORM = Pattern.compile("(?is)<form\\b([^>]*)>(.*?)</form>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)=\"([^\"]*)\"");
    private static final Pattern REFRESH =
            Pattern.compile("(?i)http-equiv=\"refresh\"\\s+content=\"\\d+;\\s*url=([^\"]+)\"");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private Clients() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "sign-in" ->
                signIn(
                        arguments[1],
                        arguments[2],
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]),
                        Path.of(arguments[5]));
            case "refresh" ->
                refresh(
                        Integer.parseInt(arguments[1]),
                        arguments[2],
                        Integer.parseInt(arguments[3]),
                        Path.of(arguments[4]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    // Signing in

    private record Tokens(String client, String access, String refresh) {
        String line() {
            return client + " " + access + " " + refresh;
        }
    }

    private static void signIn(String issuer, String service, int githubPort, int count, Path file) throws Exception {
        HttpServer github = github(githubPort);
        try (var threads = Executors.newFixedThreadPool(8);
                HttpClient http = HttpClient.newBuilder().sslContext(trusting()).build()) {
            List<Future<Tokens>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(threads.submit(() -> new Person(http).signIn(issuer, service)));
            }
            List<String> lines = new ArrayList<>();
            for (Future<Tokens> one : all) {
                lines.add(one.get().line());
            }
            Files.write(file, lines);
        } finally {
            github.stop(0);
        }
    }

    /** One browser, whose cookies are its own, and the client that sent it there. */
    private static final class Person {
        private static final SecureRandom RANDOM = new SecureRandom();

        private final HttpClient http;
        private final Map<String, String> cookies = new LinkedHashMap<>();

        Person(HttpClient http) {
            this.http = http;
        }

        Tokens signIn(String issuer, String service) throws Exception {
            String registration = "{\"client_name\":\"Benchmark\",\"redirect_uris\":[\"" + REDIRECT
                    + "\"],\"token_endpoint_auth_method\":\"none\"}";
            String client = member(
                    send(HttpRequest.newBuilder(URI.create(issuer + "/register"))
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(registration)))
                            .body(),
                    "client_id");
            byte[] random = new byte[32];
            RANDOM.nextBytes(random);
            String verifier = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            String challenge = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
            Map<String, String> request = new LinkedHashMap<>();
            request.put("response_type", "code");
            request.put("client_id", client);
            request.put("redirect_uri", REDIRECT);
            request.put("code_challenge", challenge);
            request.put("code_challenge_method", "S256");
            request.put("state", "benchmark");
            request.put("resource", service);
            URI back = browse(URI.create(issuer + "/authorize?" + form(request)));
            String code = parameters(back.getRawQuery()).get("code");
            if (code == null) {
                throw new IOException("no code: " + back);
            }
            String tokens = send(HttpRequest.newBuilder(URI.create(issuer + "/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form(Map.of(
                                    "grant_type",
                                    "authorization_code",
                                    "code",
                                    code,
                                    "redirect_uri",
                                    REDIRECT,
                                    "client_id",
                                    client,
                                    "code_verifier",
                                    verifier,
                                    "resource",
                                    service)))))
                    .body();
            return new Tokens(client, member(tokens, "access_token"), member(tokens, "refresh_token"));
        }

        /** From page to page until the client would be called. */
        private URI browse(URI first) throws Exception {
            HttpResponse<String> page = send(HttpRequest.newBuilder(first));
            for (int step = 0; step < 10; step++) {
                URI here = page.uri();
                URI next =
                        page.headers().firstValue("Location").map(here::resolve).orElse(null);
                Matcher refresh = REFRESH.matcher(page.body());
                if (next == null && refresh.find()) {
                    next = here.resolve(decoded(refresh.group(1)));
                }
                if (next != null && next.toString().startsWith(REDIRECT)) {
                    return next;
                }
                page = next == null ? allow(page) : send(HttpRequest.newBuilder(next));
            }
            throw new IOException("not sent back to the client: " + page.uri());
        }

        private HttpResponse<String> allow(HttpResponse<String> page) throws Exception {
            Matcher form = FORM.matcher(page.body());
            if (!form.find()) {
                throw new IOException("no form at " + page.uri() + ": " + page.statusCode() + " " + page.body());
            }
            Map<String, String> fields = new LinkedHashMap<>();
            INPUT.matcher(form.group(2))
                    .results()
                    .map(input -> attributes(input.group()))
                    .forEach(input -> {
                        if (input.containsKey("name")) {
                            fields.put(input.get("name"), input.getOrDefault("value", ""));
                        }
                    });
            BUTTON.matcher(form.group(2))
                    .results()
                    .map(button -> attributes(button.group()))
                    .filter(button -> button.getOrDefault("value", "").equals("allow"))
                    .forEach(button -> fields.put(button.get("name"), "allow"));
            URI action = page.uri().resolve(attributes(form.group(1)).getOrDefault("action", ""));
            return send(HttpRequest.newBuilder(action)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Origin", page.uri().resolve("/").toString().replaceAll("/$", ""))
                    .POST(BodyPublishers.ofString(form(fields))));
        }

        private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
            if (!cookies.isEmpty()) {
                request.header(
                        "Cookie",
                        cookies.entrySet().stream()
                                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                .collect(Collectors.joining("; ")));
            }
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            answer.headers().allValues("Set-Cookie").forEach(line -> {
                String[] cookie = line.split(";", 2)[0].split("=", 2);
                cookies.put(cookie[0], cookie[1]);
            });
            return answer;
        }

        private static Map<String, String> attributes(String tag) {
            return ATTRIBUTE
                    .matcher(tag)
                    .results()
                    .collect(Collectors.toMap(
                            attribute -> attribute.group(1),
                            attribute -> decoded(attribute.group(2)),
                            (first, _) -> first));
        }

        private static String decoded(String html) {
            return Pattern.compile("&#(x?)([0-9a-fA-F]+);")
                    .matcher(html)
                    .replaceAll(reference -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(
                            reference.group(2), reference.group(1).isEmpty() ? 10 : 16))))
                    .replace("&quot;", "\"")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&");
        }
    }

    /** GitHub as far as it takes to be alice there. */
    private static HttpServer github(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/login/oauth/authorize", exchange -> {
            Map<String, String> asked = parameters(exchange.getRequestURI().getRawQuery());
            String back = asked.get("redirect_uri");
            exchange.getResponseHeaders()
                    .set(
                            "Location",
                            back
                                    + (back.contains("?") ? "&" : "?")
                                    + form(Map.of("code", "benchmark", "state", asked.get("state"))));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext(
                "/login/oauth/access_token",
                exchange ->
                        answer(exchange, "{\"access_token\":\"of-alice\",\"token_type\":\"bearer\",\"scope\":\"\"}"));
        server.createContext("/api/v3/user", exchange -> answer(exchange, "{\"id\":4711,\"login\":\"alice\"}"));
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** The servers here have a certificate that was made for this run. */
    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509ExtendedTrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }

    // Refreshing

    /** One client on its connection. */
    private static final class Refresher {
        private final String authority;
        private final String client;
        private final String access;
        private final InputStream in;
        private final Socket socket;
        private final List<Long> micros = new ArrayList<>();
        private String refresh;
        private int errors;
        private int count;

        Refresher(int port, String authority, String line) throws IOException {
            String[] parts = line.split(" ");
            this.authority = authority;
            this.client = parts[0];
            this.access = parts[1];
            this.refresh = parts[2];
            this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        /** Ends at the first failure: whoever has no successor of a token cannot go on. */
        Refresher run(long countFrom, long end) {
            try (socket) {
                for (long began = System.nanoTime(); began - end < 0; began = System.nanoTime()) {
                    String answer = post(
                            form(Map.of("grant_type", "refresh_token", "refresh_token", refresh, "client_id", client)));
                    refresh = member(answer, "refresh_token");
                    count++;
                    if (began - countFrom >= 0) {
                        micros.add((System.nanoTime() - began) / 1_000);
                    }
                }
            } catch (IOException e) {
                errors++;
                System.err.println(e.getMessage());
            }
            return this;
        }

        private String post(String body) throws IOException {
            socket.getOutputStream()
                    .write(("POST /token HTTP/1.1\r\nHost: " + authority
                                    + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new EOFException("no answer");
                }
                head.append((char) next);
            }
            Matcher length = LENGTH.matcher(head);
            String answer = new String(
                    in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0), StandardCharsets.UTF_8);
            if (!head.toString().startsWith("HTTP/1.1 200 ")) {
                throw new IOException(head.toString().split("\r\n", 2)[0] + " " + answer);
            }
            return answer;
        }

        String line() {
            return new Tokens(client, access, refresh).line();
        }
    }

    private static void refresh(int port, String authority, int seconds, Path file) throws Exception {
        List<Refresher> all = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            all.add(new Refresher(port, authority, line));
        }
        long countFrom = System.nanoTime() + 1_000_000_000L;
        long end = countFrom + seconds * 1_000_000_000L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Refresher>> running = all.stream()
                    .map(one -> threads.submit(() -> one.run(countFrom, end)))
                    .toList();
            for (Future<Refresher> one : running) {
                one.get();
            }
        }
        Files.write(file, all.stream().map(Refresher::line).toList());
        long[] micros = all.stream()
                .flatMapToLong(one -> one.micros.stream().flatMapToLong(LongStream::of))
                .sorted()
                .toArray();
        System.out.printf(
                "figures %d %d %d %d %d %d %d%n",
                micros.length,
                seconds * 1_000_000L,
                at(micros, 0.5),
                at(micros, 0.9),
                at(micros, 0.99),
                all.stream().mapToInt(one -> one.errors).sum(),
                all.stream().mapToInt(one -> one.count).sum());
    }

    private static long at(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * part)];
    }

    // Text

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&")) {
            Iterator<String> parts = List.of(parameter.split("=", 2)).iterator();
            parameters.put(
                    parts.next(), parts.hasNext() ? URLDecoder.decode(parts.next(), StandardCharsets.UTF_8) : "");
        }
        return parameters;
    }

    /** A text member of a JSON object, of which there is one of that name. */
    private static String member(String json, String name) throws IOException {
        Matcher matcher =
                Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IOException("no " + name + " in " + json);
        }
        return matcher.group(1);
    }
}
