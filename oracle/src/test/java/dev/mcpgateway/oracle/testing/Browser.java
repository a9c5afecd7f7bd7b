package dev.mcpgateway.oracle.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.oracle.protocol.Parameters;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A person's browser: it keeps cookies and reads pages, and goes nowhere by itself. */
public final class Browser {
    private static final Pattern COOKIE = Pattern.compile("(__Host-gateway-[a-z]+)=([^;]*);.*");
    private static final Pattern HIDDEN = Pattern.compile("name=\"request\" value=\"([^\"]+)\"");
    private static final Pattern CONTINUE = Pattern.compile("id=\"continue\" href=\"([^\"]+)\"");

    private final RunningOracle oracle;
    private final Map<String, String> cookies = new TreeMap<>();

    public Browser(RunningOracle oracle) {
        this.oracle = oracle;
    }

    /** Parameters of a request that is in order, for changing one of them. */
    public static Map<String, String> request(String clientId) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", clientId);
        parameters.put("redirect_uri", RunningOracle.REDIRECT_URI);
        parameters.put("response_type", "code");
        parameters.put("state", "the state");
        parameters.put("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        parameters.put("code_challenge_method", "S256");
        parameters.put("resource", RunningOracle.ECHO);
        return parameters;
    }

    public HttpResponse<String> authorize(Map<String, String> parameters) {
        return get("/authorize?" + RunningOracle.encode(parameters));
    }

    /** Presses a button of the consent page. */
    public HttpResponse<String> decide(HttpResponse<String> consentPage, String decision) {
        return post("/consent", Map.of("request", sealedRequest(consentPage), "decision", decision));
    }

    /** Allows the request and follows to the identity provider; the state that it is to bring back. */
    public String allow(Map<String, String> parameters) {
        HttpResponse<String> answer = decide(authorize(parameters), "allow");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return query(onward(answer)).required("state");
    }

    /** Allows the request and chooses a provider; where the browser goes then. */
    public URI allowWith(String provider, Map<String, String> parameters) {
        HttpResponse<String> choice = decide(authorize(parameters), "allow");
        assertThat(choice.body()).contains("value=\"" + provider + "\"");
        return onward(
                post("/consent", Map.of("request", sealedRequest(choice), "decision", "allow", "provider", provider)));
    }

    /** Allows the request; where the browser goes then. */
    public URI allowAndGoOn(Map<String, String> parameters) {
        return onward(decide(authorize(parameters), "allow"));
    }

    /** Comes back from an identity provider. */
    public HttpResponse<String> comeBack(URI callback) {
        return get(callback.getRawPath() + "?" + callback.getRawQuery());
    }

    public HttpResponse<String> get(String pathAndQuery) {
        return send(oracle.request(pathAndQuery));
    }

    public HttpResponse<String> post(String path, Map<String, String> form) {
        return send(oracle.request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(RunningOracle.encode(form))));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        request.header("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> response = oracle.send(request);
        response.headers().allValues("Set-Cookie").forEach(this::keep);
        return response;
    }

    /** What tells this browser from others. */
    public String cookie() {
        return Objects.requireNonNull(cookies.get("__Host-gateway-browser"));
    }

    /** Every cookie that it has, by name; changing them changes what it sends. */
    public Map<String, String> cookies() {
        return cookies;
    }

    /** Signs in for the pages of the gateway; the answer of the callback. */
    public HttpResponse<String> signIn(String user) {
        HttpResponse<String> page = get("/sign-in");
        HttpResponse<String> onward = post("/sign-in", Map.of("request", sealedRequest(page), "provider", "fake"));
        assertThat(onward.statusCode()).as(onward.body()).isEqualTo(200);
        String state = query(onward(onward)).required("state");
        return get("/callback?state=" + state + "&user=" + user);
    }

    private void keep(String setCookie) {
        Matcher parts = COOKIE.matcher(setCookie);
        assertThat(parts.matches()).as(setCookie).isTrue();
        if (parts.group(2).isEmpty()) {
            cookies.remove(parts.group(1));
        } else {
            cookies.put(parts.group(1), parts.group(2));
        }
    }

    public static String sealedRequest(HttpResponse<String> consentPage) {
        return find(HIDDEN, consentPage);
    }

    /** Where a page goes on to by itself. */
    public static URI onward(HttpResponse<String> page) {
        String url = find(CONTINUE, page);
        assertThat(page.body()).contains("<meta http-equiv=\"refresh\" content=\"0; url=" + url + "\">");
        return URI.create(url.replace("&amp;", "&").replace("&#x3D;", "=").replace("&#61;", "="));
    }

    public static URI location(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(302);
        return URI.create(response.headers().firstValue("Location").orElseThrow());
    }

    public static Parameters query(URI uri) {
        return Parameters.parse(uri.getRawQuery());
    }

    private static String find(Pattern pattern, HttpResponse<String> page) {
        Matcher found = pattern.matcher(page.body());
        assertThat(found.find()).as(page.body()).isTrue();
        return found.group(1);
    }
}
