package dev.mcpgateway.settings;

import static dev.mcpgateway.settings.Owner.BOTH;
import static dev.mcpgateway.settings.Owner.ORACLE;
import static dev.mcpgateway.settings.Owner.ROUTER;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one table of settings. docs/reference/settings.md is checked against it. */
public final class KnownSettings {
    private static final List<Setting<?>> TABLE = new ArrayList<>();

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** A path that a health check asks for. */
    static final Format<String> HEALTH_PATH = Format.matching("a path such as /health", "/[!-\"$-~]*", "/");

    /** How health is asked for. */
    static final Format<String> HEALTH =
            Format.matching("`tcp`, `none` or a path such as /health", "tcp|none|/[!-\"$-~]*", "tcp");

    // Where everything is
    public static final Setting<String> BASE_DOMAIN =
            add("BASE_DOMAIN", BOTH, Format.hostName(), null, "The domain; services live at names below it.");
    public static final Setting<URI> ISSUER = add(
            "ISSUER",
            BOTH,
            Format.url("https"),
            null,
            "The authorization server's public URL, without a trailing slash; `https://auth.<BASE_DOMAIN>` if not set.");
    public static final Setting<String> SERVICE_URLS = add(
            "SERVICE_URLS",
            BOTH,
            Format.choice("host", "path"),
            "host",
            "`host`: `https://<name>.<BASE_DOMAIN>/mcp`; `path`: `<ISSUER>/<name>/mcp`.");
    public static final Setting<Path> GATEWAY_CONFIG =
            add("GATEWAY_CONFIG", BOTH, Format.path("a folder"), "/config", "The folder that holds `gateway.yaml`.");
    public static final Setting<Secret> VERIFY_SECRET = add(
            "VERIFY_SECRET",
            BOTH,
            Format.secret("at least 32 characters; make one with: openssl rand -base64 32"),
            null,
            "Shared by router and oracle; proves that a question to `/verify` comes from the router.");
    public static final Setting<Secret> VERIFY_SECRET_PREVIOUS = add(
            "VERIFY_SECRET_PREVIOUS",
            ORACLE,
            Format.secret("the VERIFY_SECRET before this one, of at least 32 characters"),
            null,
            "Accepted beside VERIFY_SECRET while it is being changed, until every router sends the new one.");
    public static final Setting<Path> ADMIN_TOKEN_FILE = add(
            "ADMIN_TOKEN_FILE",
            BOTH,
            Format.path("a file that holds the token"),
            null,
            "The bearer token of the management API; without it `/admin/*` refuses everybody.");
    public static final Setting<String> LOG_LEVEL = add(
            "LOG_LEVEL",
            BOTH,
            Format.choice("DEBUG", "INFO", "WARNING", "ERROR"),
            "INFO",
            "The least that is logged; `DEBUG` has a line for each decision.");
    public static final Setting<Path> LOG_FILE = add(
            "LOG_FILE",
            BOTH,
            Format.path("a file in a folder that can be written to"),
            null,
            "Where the log is written as well as on standard error; one file for each process.");
    public static final Setting<Integer> LOG_FILE_MEGABYTES = add(
            "LOG_FILE_MEGABYTES",
            BOTH,
            Format.integer(1, 1_000),
            "10",
            "How long `LOG_FILE` gets before it is named `LOG_FILE.1` and begun anew.");
    public static final Setting<Integer> LOG_FILES =
            add("LOG_FILES", BOTH, Format.integer(1, 100), "5", "How many files of `LOG_FILE` are kept, it included.");

    // Router
    public static final Setting<List<String>> ROUTER_ADDRESS = add(
            "ROUTER_ADDRESS",
            ROUTER,
            Format.list("IP addresses separated by commas, such as 127.0.0.1,::1"),
            "0.0.0.0",
            "The addresses of the public entry points.");
    public static final Setting<Integer> ROUTER_HTTPS_PORT = add(
            "ROUTER_HTTPS_PORT",
            ROUTER,
            Format.integer(0, 65_535),
            "8443",
            "The HTTPS entry point; 0 picks a free one.");
    public static final Setting<Integer> ROUTER_HTTP_PORT = add(
            "ROUTER_HTTP_PORT",
            ROUTER,
            Format.integer(0, 65_535),
            "8080",
            "The plain entry point, which only redirects to HTTPS; 0 picks a free one.");
    public static final Setting<String> ROUTER_MANAGEMENT_ADDRESS = add(
            "ROUTER_MANAGEMENT_ADDRESS",
            ROUTER,
            Format.text("an IP address"),
            "127.0.0.1",
            "The address of the router's management listener.");
    public static final Setting<Integer> ROUTER_MANAGEMENT_PORT = add(
            "ROUTER_MANAGEMENT_PORT",
            ROUTER,
            Format.integer(0, 65_535),
            "9001",
            "The router's management listener: health, metrics and administration.");
    public static final Setting<URI> ORACLE_CONSOLE_URL = add(
            "ORACLE_CONSOLE_URL",
            ROUTER,
            Format.url("http", "https"),
            null,
            "Where browsers of operators find the oracle's console, such as http://127.0.0.1:9000/console; the status page links to it.");
    public static final Setting<URI> VERIFY_URL = add(
            "VERIFY_URL",
            ROUTER,
            Format.url("http", "https"),
            "http://auth:8000/verify",
            "Who is asked whether a request may pass; see the verify contract.");
    public static final Setting<URI> ORACLE_URL = add(
            "ORACLE_URL",
            ROUTER,
            Format.url("http", "https"),
            "http://auth:8000",
            "Where requests to the authorization server's host are forwarded.");
    public static final Setting<List<String>> ACME_WILDCARDS = add(
            "ACME_WILDCARDS",
            ROUTER,
            Format.list("domains separated by commas, such as example.com"),
            "",
            "Domains that get one certificate for themselves and every name one level below, instead of one per host; needs dns-01.");
    public static final Setting<String> ACME_PREFLIGHT = add(
            "ACME_PREFLIGHT",
            ROUTER,
            Format.choice("check", "warn", "off"),
            "check",
            "Whether a host must be seen to lead here before its certificate is ordered; `warn` where a router cannot reach its own public address.");
    public static final Setting<Path> CERTIFICATES_DIR = add(
            "CERTIFICATES_DIR", ROUTER, Format.path("a folder"), "/certificates", "Holds certificates and their keys.");
    public static final Setting<String> ACME_EMAIL = add(
            "ACME_EMAIL",
            ROUTER,
            Format.text("an e-mail address"),
            null,
            "Whom the certificate authority may write to; with it, certificates are ordered by ACME, else a local CA makes them.");
    public static final Setting<String> ACME_DIRECTORY = add(
            "ACME_DIRECTORY",
            ROUTER,
            Format.text("letsencrypt, letsencrypt-staging, or the URL of an ACME directory that begins with https://"),
            "letsencrypt",
            "The authority that certificates are ordered from.");
    public static final Setting<String> ACME_ACCEPT_TERMS = add(
            "ACME_ACCEPT_TERMS",
            ROUTER,
            Format.choice("true", "false"),
            "false",
            "Whether you accept the authority's terms of service; where it has any, nothing is ordered without.");
    public static final Setting<String> ACME_CHALLENGE = add(
            "ACME_CHALLENGE",
            ROUTER,
            Format.choice("http-01", "tls-alpn-01", "dns-01"),
            "http-01",
            "How hosts are proven: on port 80, on port 443, or in the DNS, which alone is good for wildcards.");
    public static final Setting<Path> ACME_CA_FILE = add(
            "ACME_CA_FILE",
            ROUTER,
            Format.path("a file of certificates in PEM"),
            null,
            "Whom to trust as the authority's server; the CAs of the Java runtime if not set.");
    public static final Setting<String> ACME_EAB_KID = add(
            "ACME_EAB_KID",
            ROUTER,
            Format.text("the key identifier that the authority gave you"),
            null,
            "Binds the ACME account to one that you have with the authority already.");
    public static final Setting<Secret> ACME_EAB_HMAC_KEY = add(
            "ACME_EAB_HMAC_KEY",
            ROUTER,
            Format.secret("the key that belongs to ACME_EAB_KID, in base64url"),
            null,
            "Belongs to ACME_EAB_KID; neither works without the other.");
    public static final Setting<Path> ACME_DNS_HOOK = add(
            "ACME_DNS_HOOK",
            ROUTER,
            Format.path("an executable file"),
            null,
            "Called as `HOOK present NAME VALUE` and `HOOK cleanup NAME VALUE` to prove hosts with ACME_CHALLENGE=dns-01.");
    public static final Setting<Duration> ACME_DNS_WAIT = add(
            "ACME_DNS_WAIT",
            ROUTER,
            Format.duration(SECOND, HOUR),
            "5m",
            "How long one call of ACME_DNS_HOOK may take, its waiting for the DNS included.");
    public static final Setting<Duration> ACME_REQUEST_TIMEOUT = add(
            "ACME_REQUEST_TIMEOUT",
            ROUTER,
            Format.duration(SECOND, MINUTE.multipliedBy(5)),
            "30s",
            "How long each answer of the authority may take.");
    public static final Setting<Duration> ACME_ORDER_TIMEOUT = add(
            "ACME_ORDER_TIMEOUT",
            ROUTER,
            Format.duration(SECOND, HOUR),
            "10m",
            "How long the authority may take to check the hosts of an order, and again to issue the certificate.");
    public static final Setting<String> ACME_PROFILE = add(
            "ACME_PROFILE",
            ROUTER,
            Format.text("the name of a profile that the authority offers"),
            null,
            "The kind of certificate to order, such as a short-lived one; the authority's own choice if not set.");
    public static final Setting<List<String>> MCP_CORS_ORIGINS = add(
            "MCP_CORS_ORIGINS",
            ROUTER,
            Format.list("`*`, or origins such as https://app.example.com separated by commas"),
            "*",
            "Origins whose scripts may read answers; `*` is any https or loopback origin.");
    public static final Setting<Integer> MAX_CONNECTIONS = add(
            "MAX_CONNECTIONS",
            ROUTER,
            Format.integer(1, 1_000_000),
            "10000",
            "Open connections per entry point, and requests at once; fewer if the process may not open so many files.");
    public static final Setting<Integer> MAX_CONNECTIONS_PER_CLIENT = add(
            "MAX_CONNECTIONS_PER_CLIENT",
            ROUTER,
            Format.integer(1, 1_000_000),
            "2000",
            "Open connections per entry point, and requests at once, of one client: an IPv4 address or the first 64 bits of an IPv6 address.");
    public static final Setting<Integer> MAX_HANDSHAKES = add(
            "MAX_HANDSHAKES",
            ROUTER,
            Format.integer(1, 100_000),
            "64",
            "TLS handshakes computed at once, so that a storm of them leaves time for requests.");
    public static final Setting<List<String>> TRUSTED_PROXIES = add(
            "TRUSTED_PROXIES",
            ROUTER,
            Format.list("IP addresses or networks separated by commas, such as 10.0.0.0/8,2001:db8::7"),
            "",
            "Proxies in front of the router, whose word about client address, scheme and host counts; empty trusts nobody.");
    public static final Setting<String> TRUSTED_FIELD = add(
            "TRUSTED_FIELD",
            ROUTER,
            Format.choice("X-Forwarded", "Forwarded"),
            "X-Forwarded",
            "Which of the two TRUSTED_PROXIES set: X-Forwarded-For, -Proto and -Host, all three, or Forwarded.");
    public static final Setting<String> PROXY_PROTOCOL = add(
            "PROXY_PROTOCOL",
            ROUTER,
            Format.choice("on", "off"),
            "off",
            "Whether TRUSTED_PROXIES begin each connection with a PROXY header, version 1 or 2; without it they are cut.");
    public static final Setting<String> HTTP2 = add(
            "HTTP2",
            ROUTER,
            Format.choice("on", "off"),
            "on",
            "Whether the HTTPS entry point speaks HTTP/2 with clients that offer it; HTTP/1.1 it always does.");
    public static final Setting<Integer> MAX_STREAMS = add(
            "MAX_STREAMS",
            ROUTER,
            Format.integer(1, 10_000),
            "128",
            "Requests at once on one HTTP/2 connection; open event streams included.");
    public static final Setting<Integer> MAX_EMPTY_FRAMES = add(
            "MAX_EMPTY_FRAMES",
            ROUTER,
            Format.integer(10, 1_000_000),
            "500",
            "Frames that carry nothing, such as PING and SETTINGS, on one HTTP/2 connection in ten seconds.");
    public static final Setting<Integer> MAX_RESETS = add(
            "MAX_RESETS",
            ROUTER,
            Format.integer(10, 1_000_000),
            "200",
            "Streams of one HTTP/2 connection that are given up or refused in ten seconds.");
    public static final Setting<Duration> HANDSHAKE_TIMEOUT = add(
            "HANDSHAKE_TIMEOUT",
            ROUTER,
            Format.duration(SECOND, MINUTE),
            "10s",
            "How long a client's whole TLS handshake may take.");
    public static final Setting<Duration> REQUEST_HEAD_TIMEOUT = add(
            "REQUEST_HEAD_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ofMillis(100), MINUTE.multipliedBy(5)),
            "10s",
            "How long a request's line and headers may take together, from their first byte, before the client gets 408.");
    public static final Setting<Duration> BODY_GRACE = add(
            "BODY_GRACE",
            ROUTER,
            Format.duration(Duration.ofMillis(100), MINUTE.multipliedBy(10)),
            "10s",
            "How long a request's body is waited for before MIN_BODY_RATE counts.");
    public static final Setting<Integer> MIN_BODY_RATE = add(
            "MIN_BODY_RATE",
            ROUTER,
            Format.integer(1, 1_073_741_824),
            "500",
            "Bytes per second at which a request's body must come, on average, after BODY_GRACE; else the client gets 408.");
    public static final Setting<Duration> SEND_TIMEOUT = add(
            "SEND_TIMEOUT",
            ROUTER,
            Format.duration(SECOND, HOUR),
            "30s",
            "How long a client may leave the next 16 KB of its answer unread before it is cut off.");
    public static final Setting<Integer> MAX_HEADER_BYTES = add(
            "MAX_HEADER_BYTES",
            ROUTER,
            Format.integer(4_096, 1_048_576),
            "32768",
            "All header lines of one request; more is refused with 431.");
    public static final Setting<Integer> MAX_TARGET_BYTES = add(
            "MAX_TARGET_BYTES",
            ROUTER,
            Format.integer(1_024, 65_536),
            "16384",
            "The request line; longer ones are refused with 414.");
    public static final Setting<Integer> MAX_BODY_BYTES = add(
            "MAX_BODY_BYTES",
            ROUTER,
            Format.integer(1_024, 1_073_741_824),
            "16777216",
            "The body of one request; more is refused with 413.");
    public static final Setting<Duration> IDLE_TIMEOUT = add(
            "IDLE_TIMEOUT",
            ROUTER,
            Format.duration(SECOND, HOUR),
            "60s",
            "How long a client's connection may stay open between requests.");
    public static final Setting<Duration> VERIFY_TIMEOUT = add(
            "VERIFY_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ofMillis(10), MINUTE),
            "5s",
            "How long an answer of VERIFY_URL may take before the client gets 503.");
    public static final Setting<Duration> VERIFY_MAX_AGE = add(
            "VERIFY_MAX_AGE",
            BOTH,
            Format.duration(Duration.ZERO, MINUTE),
            "5s",
            "How long the router lets equal requests pass by one answer of VERIFY_URL, in whole seconds; 0 to ask each time. What is revoked ends at once.");
    public static final Setting<Duration> UPSTREAM_CONNECT_TIMEOUT = add(
            "UPSTREAM_CONNECT_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ofMillis(10), MINUTE),
            "5s",
            "How long connecting to an upstream may take before the client gets 502.");
    public static final Setting<Duration> UPSTREAM_RESPONSE_TIMEOUT = add(
            "UPSTREAM_RESPONSE_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ofMillis(10), DAY),
            "10m",
            "How long an upstream may take to begin its answer before the client gets 504.");
    public static final Setting<Duration> UPSTREAM_IDLE_TIMEOUT = add(
            "UPSTREAM_IDLE_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ofMillis(10), DAY),
            "60s",
            "How long an upstream's answer may stall; event streams are exempt.");
    public static final Setting<String> ACCESS_LOG = add(
            "ACCESS_LOG",
            ROUTER,
            Format.text("stdout, stderr, off, or the path of a file with a slash in it"),
            "stdout",
            "Where the router writes a line of JSON for each request.");
    public static final Setting<URI> OTEL_EXPORTER_OTLP_ENDPOINT = add(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            ROUTER,
            Format.url("http", "https"),
            null,
            "The OpenTelemetry collector that gets a trace of each request, by OTLP over HTTP; such as http://collector:4318.");
    public static final Setting<Duration> STREAM_KEEP_ALIVE = add(
            "STREAM_KEEP_ALIVE",
            ROUTER,
            Format.duration(Duration.ZERO, DAY),
            "30s",
            "Silence on an event stream after which the client gets a comment, so that nothing in between gives it up; 0 for none.");
    public static final Setting<Duration> STREAM_VERIFY_INTERVAL = add(
            "STREAM_VERIFY_INTERVAL",
            ROUTER,
            Format.duration(Duration.ofMillis(100), DAY),
            "60s",
            "How often an open event stream is verified again while the stream of revocations is not to be had.");
    public static final Setting<Duration> STREAM_VERIFY_GRACE = add(
            "STREAM_VERIFY_GRACE",
            ROUTER,
            Format.duration(Duration.ZERO, DAY),
            "5m",
            "How long an event stream stays open while VERIFY_URL cannot say whether it may.");
    public static final Setting<Integer> UPSTREAM_MAX_CONNECTIONS = add(
            "UPSTREAM_MAX_CONNECTIONS",
            ROUTER,
            Format.integer(1, 100_000),
            "1024",
            "Connections per upstream endpoint, open streams included; beyond it the client gets 503.");
    public static final Setting<Path> UPSTREAM_CA_FILE = add(
            "UPSTREAM_CA_FILE",
            ROUTER,
            Format.path("a file with certificates as PEM"),
            null,
            "Authorities that may sign the certificates of https upstreams, beside those that the system trusts.");
    public static final Setting<Duration> UPSTREAM_DNS_INTERVAL = add(
            "UPSTREAM_DNS_INTERVAL",
            ROUTER,
            Format.duration(SECOND, HOUR),
            "10s",
            "After which the names of upstreams are looked up again; every address behind a name is an endpoint.");
    public static final Setting<String> DOCKER_API_URL = add(
            "DOCKER_API_URL",
            ROUTER,
            Format.matching(
                    "http://HOST[:PORT] of a filtering socket proxy, or unix:/PATH of a socket",
                    "http://[^/?#@]+/?|unix:/[^:]+",
                    "http://stand-in.invalid"),
            null,
            "Where containers are listed whose labels name routes; labels are not read if not set.");
    public static final Setting<String> DOCKER_API_VERSION = add(
            "DOCKER_API_VERSION",
            ROUTER,
            Format.matching("a version such as 1.44", "1\\.[0-9]{1,3}", "1.44"),
            "1.44",
            "Which version of the Docker API is spoken; 1.44 needs Docker 25 or later.");
    public static final Setting<String> DOCKER_NETWORK = add(
            "DOCKER_NETWORK",
            ROUTER,
            Format.text("the name of a Docker network"),
            null,
            "On which network containers are reached whose labels do not say so and that have several.");
    public static final Setting<Duration> DOCKER_INTERVAL = add(
            "DOCKER_INTERVAL",
            ROUTER,
            Format.duration(SECOND, HOUR),
            "30s",
            "After which containers are listed again although no event came.");
    public static final Setting<Integer> DOCKER_MAX_ANSWER_BYTES = add(
            "DOCKER_MAX_ANSWER_BYTES",
            ROUTER,
            Format.integer(65_536, 67_108_864),
            "4194304",
            "The largest list of containers that is read; a longer one changes nothing.");
    public static final Setting<Integer> DOCKER_MAX_ROUTES = add(
            "DOCKER_MAX_ROUTES",
            ROUTER,
            Format.integer(1, 10_000),
            "500",
            "How many routes labels may name; others are not used, and listed as such.");
    public static final Setting<Integer> UPSTREAM_MAX_WAITING = add(
            "UPSTREAM_MAX_WAITING",
            ROUTER,
            Format.integer(0, 100_000),
            "100",
            "How many requests of a service may wait while every endpoint has its `max_requests`; others get 503.");
    public static final Setting<Duration> UPSTREAM_MAX_WAIT = add(
            "UPSTREAM_MAX_WAIT",
            ROUTER,
            Format.duration(Duration.ofMillis(10), MINUTE),
            "5s",
            "How long each of them may wait before it gets 503.");
    public static final Setting<String> UPSTREAM_HEALTH = add(
            "UPSTREAM_HEALTH",
            ROUTER,
            HEALTH,
            "tcp",
            "How endpoints of services are asked for their health: by connecting, not at all, or by a `GET` of this path.");
    public static final Setting<String> VERIFY_HEALTH =
            add("VERIFY_HEALTH", ROUTER, HEALTH, "tcp", "The same for those of VERIFY_URL.");
    public static final Setting<String> ORACLE_HEALTH =
            add("ORACLE_HEALTH", ROUTER, HEALTH, "tcp", "The same for those of ORACLE_URL.");
    public static final Setting<Duration> UPSTREAM_HEALTH_INTERVAL = add(
            "UPSTREAM_HEALTH_INTERVAL",
            ROUTER,
            Format.duration(Duration.ofMillis(10), DAY),
            "2s",
            "Between two checks of one endpoint; an eighth of it after a check with a new result.");
    public static final Setting<Duration> UPSTREAM_HEALTH_TIMEOUT = add(
            "UPSTREAM_HEALTH_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ofMillis(10), MINUTE),
            "1s",
            "How long one check may take.");
    public static final Setting<Integer> UPSTREAM_EJECT_AFTER = add(
            "UPSTREAM_EJECT_AFTER",
            ROUTER,
            Format.integer(1, 1_000),
            "3",
            "After so many failures in a row (no connection, no answer, no valid one) an endpoint is left alone.");
    public static final Setting<Duration> UPSTREAM_EJECT_TIME = add(
            "UPSTREAM_EJECT_TIME",
            ROUTER,
            Format.duration(Duration.ofMillis(10), HOUR),
            "5s",
            "For how long, the first time; then one request tries it. Doubles each time that fails, up to twelve times this.");
    public static final Setting<Duration> UPSTREAM_RETURN_TIME = add(
            "UPSTREAM_RETURN_TIME",
            ROUTER,
            Format.duration(Duration.ZERO, HOUR),
            "10s",
            "During which an endpoint that works again gets a growing share of requests.");
    public static final Setting<Duration> DRAIN_TIMEOUT = add(
            "DRAIN_TIMEOUT",
            ROUTER,
            Format.duration(Duration.ZERO, HOUR),
            "30s",
            "How long requests in flight may take to finish when the router stops.");

    // Oracle
    public static final Setting<String> ORACLE_ADDRESS = add(
            "ORACLE_ADDRESS", ORACLE, Format.text("an IP address"), "0.0.0.0", "The address the oracle listens on.");
    public static final Setting<Integer> ORACLE_PORT =
            add("ORACLE_PORT", ORACLE, Format.integer(0, 65_535), "8000", "The port the oracle listens on.");
    public static final Setting<String> ORACLE_MANAGEMENT_ADDRESS = add(
            "ORACLE_MANAGEMENT_ADDRESS",
            ORACLE,
            Format.text("an IP address"),
            "127.0.0.1",
            "The address of the oracle's management listener.");
    public static final Setting<Integer> ORACLE_MANAGEMENT_PORT = add(
            "ORACLE_MANAGEMENT_PORT",
            ORACLE,
            Format.integer(0, 65_535),
            "9000",
            "The oracle's management listener: health, metrics and administration.");
    public static final Setting<String> CONSOLE = add(
            "CONSOLE",
            ORACLE,
            Format.choice("token", "loopback", "off"),
            "token",
            "Who may open the console at `/console` of the oracle's management listener: whoever has the token of ADMIN_TOKEN_FILE, whoever sits at this machine, or nobody.");
    public static final Setting<URI> ROUTER_STATUS_URL = add(
            "ROUTER_STATUS_URL",
            ORACLE,
            Format.url("http", "https"),
            null,
            "Where browsers of operators find the router's status page, such as http://127.0.0.1:9001/; the console links to it.");
    public static final Setting<Secret> STORAGE_URL = add(
            "STORAGE_URL",
            ORACLE,
            Format.secret("a store's URL such as jdbc:h2:/data/gateway or redis://:PASSWORD@HOST:6379/0"),
            null,
            "Where everything is remembered; if not set, REDIS_URL counts, then REDIS_PASSWORD.");
    public static final Setting<Secret> REDIS_URL = add(
            "REDIS_URL",
            ORACLE,
            Format.secret("as for STORAGE_URL"),
            null,
            "Where everything is remembered if STORAGE_URL is not set.");
    public static final Setting<Secret> REDIS_PASSWORD = add(
            "REDIS_PASSWORD",
            ORACLE,
            Format.secret("the password of the Redis at redis:6379"),
            null,
            "If neither STORAGE_URL nor REDIS_URL is set, everything is remembered in `redis://:<this>@redis:6379/0`.");
    public static final Setting<String> REDIS_USER = add(
            "REDIS_USER",
            ORACLE,
            Format.matching("a user's name of letters, digits, - and _", "[A-Za-z0-9_-]{1,64}", "gateway"),
            null,
            "The user that REDIS_PASSWORD belongs to, where that Redis has users of its own; else its default user.");
    public static final Setting<Path> KEYS_DIR = add(
            "KEYS_DIR",
            ORACLE,
            Format.path("a folder"),
            "/app/keys",
            "Holds GATEWAY_JWT_SECRET if the first start had to make one.");
    public static final Setting<Secret> GATEWAY_JWT_SECRET = add(
            "GATEWAY_JWT_SECRET",
            ORACLE,
            Format.secret("at least 32 characters of randomness; make one with: openssl rand -base64 32"),
            null,
            "Seals the keys in the store; made at the first start and kept in KEYS_DIR if not set.");
    public static final Setting<Secret> GATEWAY_JWT_SECRET_NEXT = add(
            "GATEWAY_JWT_SECRET_NEXT",
            ORACLE,
            Format.secret("the GATEWAY_JWT_SECRET that takes over, of at least 32 characters"),
            null,
            "Understood beside GATEWAY_JWT_SECRET, so that oracles which have it as theirs already can be started one by one.");
    public static final Setting<Secret> GATEWAY_JWT_SECRET_PREVIOUS = add(
            "GATEWAY_JWT_SECRET_PREVIOUS",
            ORACLE,
            Format.secret("the GATEWAY_JWT_SECRET before this one, of at least 32 characters"),
            null,
            "Accepted beside GATEWAY_JWT_SECRET; keys in the store that it seals are sealed anew.");
    public static final Setting<String> JWT_ALGORITHM =
            add("JWT_ALGORITHM", ORACLE, Format.choice("ES256", "RS256"), "ES256", "How access tokens are signed.");
    public static final Setting<String> REGISTRATION = add(
            "REGISTRATION",
            ORACLE,
            Format.choice("open", "token", "off"),
            "open",
            "Who may register clients: everybody, those who show REGISTRATION_TOKEN, or nobody.");
    public static final Setting<Secret> REGISTRATION_TOKEN = add(
            "REGISTRATION_TOKEN",
            ORACLE,
            Format.secret("at least 32 characters; make one with: openssl rand -base64 32"),
            null,
            "The initial access token for registering clients with REGISTRATION=token.");
    public static final Setting<String> CLIENT_METADATA = add(
            "CLIENT_METADATA",
            ORACLE,
            Format.choice("on", "off"),
            "on",
            "Whether a client may instead publish who it is, at the https address that is its client_id.");
    public static final Setting<List<String>> CLIENT_METADATA_ALLOW_HOSTS = add(
            "CLIENT_METADATA_ALLOW_HOSTS",
            ORACLE,
            Format.list("host names separated by commas"),
            "",
            "Hosts of such documents that need not have public addresses, such as those of your own network.");
    public static final Setting<Secret> JWT_PRIVATE_KEY_B64 = add(
            "JWT_PRIVATE_KEY_B64",
            ORACLE,
            Format.secret("an RSA private key of at least 2048 bits, as base64 of its PEM"),
            null,
            "Signs access tokens with JWT_ALGORITHM=RS256 instead of a key that the oracle makes; else `private_key.pem` in KEYS_DIR counts.");
    public static final Setting<Duration> KEY_ROTATION_INTERVAL = add(
            "KEY_ROTATION_INTERVAL",
            ORACLE,
            Format.duration(Duration.ZERO, Duration.ofDays(3650)),
            "90d",
            "How old the newest key gets before the next one is made; 0 for ever.");
    public static final Setting<Duration> KEY_PUBLISH_AHEAD = add(
            "KEY_PUBLISH_AHEAD",
            ORACLE,
            Format.duration(MINUTE.multipliedBy(10), DAY.multipliedBy(30)),
            "1h",
            "How long a new key is published before it signs, so that everybody who caches keys knows it by then.");
    public static final Setting<String> GITHUB_CLIENT_ID = add(
            "GITHUB_CLIENT_ID",
            ORACLE,
            Format.text("the client ID of an OAuth app of GitHub"),
            null,
            "Lets people sign in with GitHub; the app's callback URL is `<ISSUER>/callback`.");
    public static final Setting<Secret> GITHUB_CLIENT_SECRET = add(
            "GITHUB_CLIENT_SECRET",
            ORACLE,
            Format.secret("the client secret of the same OAuth app of GitHub"),
            null,
            "Belongs to GITHUB_CLIENT_ID; neither works without the other.");
    public static final Setting<URI> GITHUB_URL = add(
            "GITHUB_URL",
            ORACLE,
            Format.secureUrl(),
            "https://github.com",
            "Where people sign in; for GitHub Enterprise Server its own URL.");
    public static final Setting<URI> GITHUB_API_URL = add(
            "GITHUB_API_URL",
            ORACLE,
            Format.secureUrl(),
            "https://api.github.com",
            "Who is asked who signed in; for GitHub Enterprise Server `<GITHUB_URL>/api/v3`.");
    public static final Setting<Duration> GITHUB_TIMEOUT = add(
            "GITHUB_TIMEOUT",
            ORACLE,
            Format.duration(Duration.ofMillis(100), MINUTE),
            "5s",
            "How long each of GitHub's answers may take before a sign-in is given up.");
    public static final Setting<Duration> OIDC_TIMEOUT = add(
            "OIDC_TIMEOUT",
            ORACLE,
            Format.duration(Duration.ofMillis(100), MINUTE),
            "5s",
            "How long each answer of an OpenID provider in gateway.yaml may take.");
    public static final Setting<Duration> MEMBERSHIP_INTERVAL = add(
            "MEMBERSHIP_INTERVAL",
            ORACLE,
            Format.duration(SECOND, DAY),
            "5m",
            "How often identity providers are asked whether their users still have the memberships that rules name.");
    public static final Setting<Duration> MEMBERSHIP_MAX_AGE = add(
            "MEMBERSHIP_MAX_AGE",
            ORACLE,
            Format.duration(MINUTE, DAY),
            "1h",
            "How long the last answer of an identity provider counts while it cannot be asked; tokens are not refreshed after that.");
    public static final Setting<List<String>> ALLOWED_GITHUB_USERS = add(
            "ALLOWED_GITHUB_USERS",
            ORACLE,
            Format.list("`*`, or rules such as github:alice separated by commas; a bare name is a GitHub login"),
            "",
            "Who may use services that have no `allow` of their own; empty admits nobody.");
    public static final Setting<Duration> ACCESS_TOKEN_LIFETIME = add(
            "ACCESS_TOKEN_LIFETIME", ORACLE, Format.duration(SECOND, DAY), "1h", "How long an access token is valid.");
    public static final Setting<Duration> REFRESH_TOKEN_LIFETIME = add(
            "REFRESH_TOKEN_LIFETIME",
            ORACLE,
            Format.duration(SECOND, Duration.ofDays(3650)),
            "30d",
            "How long a connection lives on without being used.");
    public static final Setting<Duration> GRANT_LIFETIME = add(
            "GRANT_LIFETIME",
            ORACLE,
            Format.duration(MINUTE, Duration.ofDays(3650)),
            "365d",
            "How long a connection lives in any case; then the user signs in again.");
    public static final Setting<Duration> REFRESH_GRACE = add(
            "REFRESH_GRACE",
            ORACLE,
            Format.duration(Duration.ZERO, HOUR),
            "120s",
            "How long the previous refresh token still yields the same successor.");
    public static final Setting<String> REFRESH_ROTATION = add(
            "REFRESH_ROTATION",
            ORACLE,
            Format.choice("grace", "strict"),
            "grace",
            "What becomes of a refresh token that is used again: forgiven within REFRESH_GRACE, or never. A client in gateway.yaml may differ.");
    public static final Setting<Duration> DEVICE_LIFETIME = add(
            "DEVICE_LIFETIME",
            ORACLE,
            Format.duration(MINUTE, HOUR),
            "10m",
            "How long a device waits for a person to allow it.");
    public static final Setting<Rate> NETWORK_LIMIT = add(
            "NETWORK_LIMIT",
            ORACLE,
            Format.rate(),
            "6000/1m",
            "How often one network may ask the oracle for anything but documents; hosted clients share a few addresses, so keep it wide.");
    public static final Setting<Rate> REGISTRATION_LIMIT =
            add("REGISTRATION_LIMIT", ORACLE, Format.rate(), "600/1h", "How many clients one network may register.");
    public static final Setting<Rate> DEVICE_CODE_LIMIT = add(
            "DEVICE_CODE_LIMIT",
            ORACLE,
            Format.rate(),
            "30/1m",
            "How often people of one network may type the code of a device; more is guessing.");
    public static final Setting<Integer> MAX_UNUSED_CLIENTS = add(
            "MAX_UNUSED_CLIENTS",
            ORACLE,
            Format.integer(1, 10_000_000),
            "20000",
            "About how many clients that nobody uses are remembered; beyond it registering is refused for a while.");
    public static final Setting<Integer> MAX_PENDING_LOGINS = add(
            "MAX_PENDING_LOGINS",
            ORACLE,
            Format.integer(1, 10_000_000),
            "20000",
            "About how many sign-ins may be under way; beyond it no other can begin for a while.");
    public static final Setting<Integer> MAX_PENDING_DEVICES = add(
            "MAX_PENDING_DEVICES",
            ORACLE,
            Format.integer(1, 10_000_000),
            "5000",
            "About how many devices may wait for a person; beyond it no other can begin for a while.");
    public static final Setting<Path> AUDIT_FILE = add(
            "AUDIT_FILE",
            ORACLE,
            Format.path("a file"),
            null,
            "Where security events are written as well, as JSON lines; it may be moved away at any time.");
    public static final Setting<Rate> TOKEN_LIMIT = add(
            "TOKEN_LIMIT",
            ORACLE,
            Format.rate(),
            "6000/1m",
            "How often one client may ask for tokens, for all of its users together.");
    public static final Setting<Rate> REFRESH_LIMIT =
            add("REFRESH_LIMIT", ORACLE, Format.rate(), "120/1m", "How often one connection may be refreshed.");
    public static final Setting<Rate> VERIFY_LIMIT = add(
            "VERIFY_LIMIT",
            ORACLE,
            Format.rate(),
            "6000/1m",
            "How many questions about the requests of one connection are answered; the router asks none twice within VERIFY_MAX_AGE.");
    public static final Setting<Duration> CODE_LIFETIME = add(
            "CODE_LIFETIME",
            ORACLE,
            Format.duration(SECOND, Duration.ofMinutes(10)),
            "60s",
            "How long an authorization code can be redeemed.");
    public static final Setting<Duration> SESSION_TIMEOUT = add(
            "SESSION_TIMEOUT",
            ORACLE,
            Format.duration(SECOND, HOUR),
            "10m",
            "How long a sign-in may take from the consent page to the way back.");
    public static final Setting<Duration> ACCOUNT_SESSION_LIFETIME = add(
            "ACCOUNT_SESSION_LIFETIME",
            ORACLE,
            Format.duration(MINUTE, DAY),
            "1h",
            "How long a person stays signed in on the pages of the gateway, where they see and end their connections.");
    public static final Setting<Duration> CLIENT_LIFETIME = add(
            "CLIENT_LIFETIME",
            ORACLE,
            Format.duration(Duration.ZERO, Duration.ofDays(3650)),
            "90d",
            "How long a registration is kept beyond its last grant; 0 keeps used ones forever.");
    public static final Setting<Duration> UNUSED_CLIENT_LIFETIME = add(
            "UNUSED_CLIENT_LIFETIME",
            ORACLE,
            Format.duration(MINUTE, Duration.ofDays(365)),
            "1h",
            "How long a registration that never got a grant is kept.");
    public static final Setting<Duration> CLOCK_SKEW = add(
            "CLOCK_SKEW",
            ORACLE,
            Format.duration(Duration.ZERO, Duration.ofMinutes(5)),
            "60s",
            "How far the clocks of several oracles may differ.");

    /** Variables of the reference stack that look like misspelled settings and are none. */
    private static final Set<String> NOT_OURS = Set.of("REDIS_SSL");

    private KnownSettings() {}

    /** Every setting, in the order of the reference. */
    public static List<Setting<?>> all() {
        return List.copyOf(TABLE);
    }

    public static Optional<Setting<?>> byName(String name) {
        return TABLE.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }

    /** The setting that somebody probably meant by a name that is none. */
    static Optional<String> nearest(String name) {
        return NOT_OURS.contains(name)
                ? Optional.empty()
                : Nearest.of(name, TABLE.stream().map(Setting::name).toList());
    }

    private static <T> Setting<T> add(
            String name, Owner owner, Format<T> format, @Nullable String fallback, String description) {
        Setting<T> setting = new Setting<>(name, owner, format, fallback, description);
        TABLE.add(setting);
        return setting;
    }
}
