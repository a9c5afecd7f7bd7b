package dev.mcpgateway.settings;

import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * {@code gateway.yaml}: the services, and settings for those who prefer a file. Its reference is
 * docs/contracts/gateway-yaml.md. Reading it reports every unknown key, wrong shape and wrong service name.
 */
public final class GatewayFile {
    /** The file's name inside the folder that {@code GATEWAY_CONFIG} names. */
    public static final String NAME = "gateway.yaml";

    private static final int MAX_CHARACTERS = 1_048_576;
    private static final Pattern CLIENT_ID = Pattern.compile("(?!client_)[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int MAX_SCOPES = 20;
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,100}");
    private static final Pattern ROUTE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern PROVIDER_NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final List<String> PROVIDERS = List.of("github", "local");
    private static final int MAX_PROVIDERS = 20;
    private static final int MAX_ROUTES = 1_000;
    private static final Pattern SERVICE_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** First path segments and host names that are the gateway's own. */
    private static final Set<String> RESERVED_NAMES = Set.of(
            "account",
            "admin",
            "auth",
            "authorize",
            "callback",
            "consent",
            "device",
            "error",
            "health",
            "introspect",
            "jwks",
            "local",
            "metrics",
            "par",
            "register",
            "revoke",
            "success",
            "token",
            "verify");

    private final String origin;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Service> services = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<String, List<String>> groups = new LinkedHashMap<>();
    private final List<Oidc> oidc = new ArrayList<>();
    private final List<RouteEntry> routes = new ArrayList<>();
    private final Map<String, MiddlewareEntry> middlewares = new LinkedHashMap<>();

    /**
     * One service as it was written.
     *
     * @param name one DNS label, lower case, also the first path segment in path form
     * @param upstream without a server if it is missing, which its reader reports
     * @param allow null if not written, which means the default rules
     * @param origins null if not written, which means any https or loopback origin
     * @param scopes that every request needs; null if not written, which means the default
     * @param optionalScopes that clients may ask for
     * @param tools who may call which tools; none for no such rules
     * @param identityAssertion whether the MCP server gets a signed statement of who calls
     * @param introspection ids of clients that may look at its tokens
     */
    public record Service(
            String name,
            ServiceUpstream upstream,
            @Nullable List<String> allow,
            @Nullable List<String> origins,
            @Nullable List<String> scopes,
            List<String> optionalScopes,
            List<ToolRule> tools,
            boolean identityAssertion,
            List<String> introspection) {
        public Service {
            allow = allow == null ? null : List.copyOf(allow);
            origins = origins == null ? null : List.copyOf(origins);
            scopes = scopes == null ? null : List.copyOf(scopes);
            optionalScopes = List.copyOf(optionalScopes);
            tools = List.copyOf(tools);
            introspection = List.copyOf(introspection);
        }
    }

    /**
     * Which tools may be called.
     *
     * @param to rules as in {@code allow}, and {@code client:ID}; empty for everybody
     * @param allow null if not written, which means whatever is not denied
     */
    public record ToolRule(List<String> to, @Nullable List<String> allow, List<String> deny) {
        public ToolRule {
            to = List.copyOf(to);
            allow = allow == null ? null : List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /**
     * One client as it was written.
     *
     * @param id the {@code client_id}
     * @param name for people; null if not written
     * @param secretFile holds its secret; null if it has none
     * @param jwksFile holds its public keys; null if it has none
     * @param redirectUris null if not written
     * @param grantTypes null if not written, which means codes and refresh tokens
     * @param rotation {@code strict} or {@code grace}; null if not written
     */
    public record Client(
            String id,
            @Nullable String name,
            @Nullable String secretFile,
            @Nullable String jwksFile,
            @Nullable List<String> redirectUris,
            @Nullable List<String> grantTypes,
            @Nullable String rotation) {
        public Client {
            redirectUris = redirectUris == null ? null : List.copyOf(redirectUris);
            grantTypes = grantTypes == null ? null : List.copyOf(grantTypes);
        }
    }

    /**
     * One OpenID provider as it was written.
     *
     * @param name stands for it in rules and user ids
     * @param displayName for people; null if not written
     * @param issuer null if it is missing or not accepted, which is reported
     * @param clientId null if it is missing, which is reported
     * @param clientSecretFile holds its secret; null if it has none
     * @param scopes null if not written
     * @param groupsClaim null if not written
     * @param parameters that the authorization request has beside those of the protocol
     */
    public record Oidc(
            String name,
            @Nullable String displayName,
            @Nullable URI issuer,
            @Nullable String clientId,
            @Nullable String clientSecretFile,
            @Nullable List<String> scopes,
            @Nullable String groupsClaim,
            Map<String, String> parameters) {
        public Oidc {
            scopes = scopes == null ? null : List.copyOf(scopes);
            parameters = Map.copyOf(parameters);
        }
    }

    private GatewayFile(String origin) {
        this.origin = origin;
    }

    /** A file that says nothing. */
    public static GatewayFile empty() {
        return new GatewayFile(NAME);
    }

    /** Reads {@code gateway.yaml} in the folder; a missing file says nothing. */
    public static GatewayFile read(Path folder, Problems problems) {
        Path path = folder.resolve(NAME);
        if (Files.notExists(path)) {
            return new GatewayFile(path.toString());
        }
        try {
            return parse(Files.readString(path), path.toString(), problems);
        } catch (IOException e) {
            problems.add("%s cannot be read (%s)".formatted(path, e.getClass().getSimpleName()));
            return new GatewayFile(path.toString());
        }
    }

    /**
     * Reads the text of a {@code gateway.yaml}.
     *
     * @param origin where it comes from, for messages
     */
    public static GatewayFile parse(String text, String origin, Problems problems) {
        GatewayFile file = new GatewayFile(origin);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setMaxAliasesForCollections(0);
        options.setAllowDuplicateKeys(false);
        try {
            Node root = new Yaml(options).compose(new StringReader(text));
            if (root != null) {
                file.readRoot(YamlSection.root(root, origin, problems));
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add("%s line %d: not valid YAML: %s".formatted(origin, line, e.getProblem()));
        } catch (YAMLException e) {
            problems.add("%s: not valid YAML: %s".formatted(origin, e.getMessage()));
        }
        return file;
    }

    /** Where the file is, for messages. */
    public String origin() {
        return origin;
    }

    /** In the order of the file. */
    public List<Service> services() {
        return List.copyOf(services);
    }

    /** In the order of the file. */
    public List<Client> clients() {
        return List.copyOf(clients);
    }

    /** Rules by the name under which they are used again. */
    public Map<String, List<String>> groups() {
        return Collections.unmodifiableMap(groups);
    }

    /** In the order of the file. */
    public List<Oidc> oidc() {
        return List.copyOf(oidc);
    }

    /** In the order of the file. */
    public List<RouteEntry> routes() {
        return List.copyOf(routes);
    }

    /** By name, in the order of the file. */
    public Map<String, MiddlewareEntry> middlewares() {
        return Collections.unmodifiableMap(middlewares);
    }

    Optional<String> setting(String name) {
        return Optional.ofNullable(settings.get(name)).filter(text -> !text.isEmpty());
    }

    private void readRoot(YamlSection root) {
        root.section("services").ifPresent(this::readServices);
        root.section("clients").ifPresent(this::readClients);
        root.section("groups").ifPresent(this::readGroups);
        root.section("oidc").ifPresent(this::readOidc);
        root.section("routes").ifPresent(this::readRoutes);
        root.section("middlewares").ifPresent(this::readMiddlewares);
        root.section("settings").ifPresent(this::readSettings);
        root.refuseTheRest();
    }

    private void readSettings(YamlSection section) {
        List<String> names = KnownSettings.all().stream().map(Setting::name).toList();
        for (String name : section.keys()) {
            if (names.contains(name)) {
                section.text(name).ifPresent(text -> settings.put(name, text));
            } else {
                section.refuse(name, names);
            }
        }
    }

    private void readServices(YamlSection section) {
        for (String name : section.keys()) {
            if (!SERVICE_NAME.matcher(name).matches()) {
                section.report(
                        name,
                        "the service name '%s' is not accepted: accepted are lower-case letters, digits and '-', at most 63"
                                .formatted(name));
            } else if (RESERVED_NAMES.contains(name)) {
                section.report(name, "the service name '%s' is the gateway's own; choose another".formatted(name));
            } else {
                section.section(name).map(service -> readService(name, service)).ifPresent(services::add);
            }
        }
    }

    private static Service readService(String name, YamlSection section) {
        Service service = new Service(
                name,
                ServiceUpstream.read(section),
                section.texts("allow"),
                section.texts("origins"),
                scopes("scopes", section),
                Objects.requireNonNullElse(scopes("optional_scopes", section), List.of()),
                section.sections("tools").stream().map(GatewayFile::toolRule).toList(),
                section.flag("identity_assertion"),
                Objects.requireNonNullElse(section.texts("introspection"), List.of()));
        section.refuseTheRest();
        return service;
    }

    private void readRoutes(YamlSection section) {
        if (section.keys().size() > MAX_ROUTES) {
            section.report("", "routes holds more than %d routes".formatted(MAX_ROUTES));
            return;
        }
        named(section, "route", (name, route) -> routes.add(RouteEntry.read(name, route)));
    }

    private void readMiddlewares(YamlSection section) {
        named(
                section,
                "middleware",
                (name, part) -> MiddlewareSection.read(part).ifPresent(entry -> middlewares.put(name, entry)));
    }

    private static void named(YamlSection section, String what, BiConsumer<String, YamlSection> read) {
        for (String name : section.keys()) {
            if (ROUTE_NAME.matcher(name).matches()) {
                section.section(name).ifPresent(part -> read.accept(name, part));
            } else {
                section.report(
                        name,
                        "the %s name '%s' is not accepted: accepted are letters, digits, '.', '_' and '-', at most 100"
                                .formatted(what, name));
            }
        }
    }

    private void readClients(YamlSection section) {
        for (String id : section.keys()) {
            if (CLIENT_ID.matcher(id).matches()) {
                section.section(id).map(client -> readClient(id, client)).ifPresent(clients::add);
            } else {
                section.report(
                        id,
                        "the client id '%s' is not accepted: accepted are letters, digits, '.', '_' and '-', at most 100, not beginning with client_, as ids of registered clients do"
                                .formatted(id));
            }
        }
    }

    private void readGroups(YamlSection section) {
        for (String name : section.keys()) {
            List<String> rules = Objects.requireNonNullElse(section.texts(name), List.of());
            if (ROUTE_NAME.matcher(name).matches()) {
                groups.put(name, rules);
            } else {
                section.report(
                        name,
                        "the group name '%s' is not accepted: accepted are letters, digits, '.', '_' and '-', at most 100"
                                .formatted(name));
            }
        }
    }

    private void readOidc(YamlSection section) {
        for (String name : section.keys()) {
            if (!PROVIDER_NAME.matcher(name).matches() || PROVIDERS.contains(name)) {
                section.report(
                        name,
                        "the provider name '%s' is not accepted: accepted are lower-case letters, digits and '-', beginning with a letter, at most 32, but not %s"
                                .formatted(name, String.join(" or ", PROVIDERS)));
            } else if (oidc.size() >= MAX_PROVIDERS) {
                section.report(name, "oidc holds more than %d providers".formatted(MAX_PROVIDERS));
            } else {
                section.section(name)
                        .map(provider -> readProvider(name, provider))
                        .ifPresent(oidc::add);
            }
        }
    }

    private static Oidc readProvider(String name, YamlSection section) {
        Oidc provider = new Oidc(
                name,
                section.text("name").orElse(null),
                section.value("issuer", Format.secureUrl()).orElse(null),
                section.text("client_id").orElse(null),
                section.text("client_secret_file").orElse(null),
                scopes("scopes", section),
                section.text("groups_claim").orElse(null),
                section.section("parameters").map(GatewayFile::parameters).orElse(Map.of()));
        if (provider.issuer() == null || provider.clientId() == null) {
            section.report("issuer", "%s needs issuer and client_id".formatted(section.name()));
        }
        section.refuseTheRest();
        return provider;
    }

    private static Map<String, String> parameters(YamlSection section) {
        Map<String, String> parameters = new LinkedHashMap<>();
        section.keys().forEach(key -> section.text(key).ifPresent(value -> parameters.put(key, value)));
        return parameters;
    }

    private static Client readClient(String id, YamlSection section) {
        Client client = new Client(
                id,
                section.text("name").orElse(null),
                section.text("secret_file").orElse(null),
                section.text("jwks_file").orElse(null),
                section.texts("redirect_uris"),
                section.texts("grant_types"),
                section.text("rotation").orElse(null));
        section.refuseTheRest();
        return client;
    }

    private static ToolRule toolRule(YamlSection section) {
        ToolRule rule = new ToolRule(
                Objects.requireNonNullElse(section.texts("for"), List.of()),
                section.texts("allow"),
                Objects.requireNonNullElse(section.texts("deny"), List.of()));
        if (rule.allow() == null && rule.deny().isEmpty()) {
            section.report("for", "%s says neither what to allow nor what to deny".formatted(section.name()));
        }
        section.refuseTheRest();
        return rule;
    }

    /** Scopes as RFC 6749 section 3.3 allows them. */
    private static @Nullable List<String> scopes(String key, YamlSection section) {
        List<String> scopes = section.texts(key);
        if (scopes == null) {
            return null;
        }
        if (scopes.isEmpty() || scopes.size() > MAX_SCOPES) {
            section.report(key, "%s must name 1 to %d scopes".formatted(key, MAX_SCOPES));
        }
        scopes.stream()
                .filter(SCOPE.asMatchPredicate().negate())
                .forEach(scope -> section.report(
                        key,
                        "%s holds '%s': accepted are printable ASCII characters without space, quote and backslash"
                                .formatted(key, scope)));
        return scopes;
    }
}
