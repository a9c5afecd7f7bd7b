package dev.mcpgateway.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.StoreException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how it is spoken to.
 *
 * <pre>
 * redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE][?OPTIONS]           rediss:// for TLS
 * redis+sentinel://[[USER]:PASSWORD@]HOST[:PORT],.../MASTER[/DATABASE][?OPTIONS]
 * redis+cluster://[[USER]:PASSWORD@]HOST[:PORT],...[?OPTIONS]
 * </pre>
 *
 * <p>User and password are percent-encoded. Options, as {@code name=value&...}: {@code password-file}, {@code tls}
 * (true or false), {@code ca} (a PEM file; with TLS, instead of the public authorities), {@code connections} (1 to
 * 256), {@code replicas} (how many have to have a write before it counts), {@code sentinel-user},
 * {@code sentinel-password-file}.
 *
 * @param hosts {@code HOST:PORT} each
 * @param master the name that the Sentinels know the server by; empty for other topologies
 * @param ca a PEM file with the authorities to trust; null for the public ones
 */
record RedisUrl(
        Topology topology,
        boolean tls,
        List<String> hosts,
        String master,
        int database,
        Credentials credentials,
        Credentials sentinelCredentials,
        @Nullable Path ca,
        int connections,
        int replicas) {

    enum Topology {
        SINGLE("redis://", 6379),
        SENTINEL("redis+sentinel://", 26379),
        CLUSTER("redis+cluster://", 6379);

        private final String scheme;
        private final int port;

        Topology(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }
    }

    /**
     * What Redis is told about who asks.
     *
     * @param user empty for the default user
     * @param password empty for none
     */
    record Credentials(String user, Secret password) {
        static final Credentials NONE = new Credentials("", Secret.of(""));

        boolean isMissing() {
            return password.reveal().isEmpty();
        }
    }

    static final String TLS_SCHEME = "rediss://";

    static final List<String> SCHEMES =
            List.of(Topology.SINGLE.scheme, TLS_SCHEME, Topology.SENTINEL.scheme, Topology.CLUSTER.scheme);

    private static final int DEFAULT_CONNECTIONS = 32;
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.[0-9]+){3}|\\[::1])(:[0-9]+)?");

    RedisUrl {
        hosts = List.copyOf(hosts);
    }

    /** @throws StoreException that names everything that is wrong with it, without credentials */
    static RedisUrl parse(String url) {
        return new Parser(url).parse();
    }

    /** For messages. */
    String name() {
        String name = (tls ? "Redis (TLS) at " : "Redis at ") + String.join(",", hosts);
        return topology == Topology.SENTINEL ? name + " (master " + master + ")" : name;
    }

    private static final class Parser {
        private final List<String> problems = new ArrayList<>();
        private final String scheme;
        private final String authority;
        private final String path;
        private final Map<String, String> options = new HashMap<>();

        Parser(String url) {
            scheme = SCHEMES.stream().filter(url::startsWith).findFirst().orElseThrow();
            String rest = url.substring(scheme.length());
            String[] query = rest.split("\\?", 2);
            // A password may hold any character that is not encoded, so the last @ ends it.
            int end = query[0].indexOf('/', Math.max(query[0].lastIndexOf('@'), 0));
            authority = end < 0 ? query[0] : query[0].substring(0, end);
            path = end < 0 ? "" : query[0].substring(end + 1);
            if (query.length > 1) {
                readOptions(query[1]);
            }
        }

        private void readOptions(String query) {
            for (String option : query.split("&", -1)) {
                String[] parts = option.split("=", 2);
                options.put(parts[0], parts.length > 1 ? decode(parts[1]) : "");
            }
        }

        RedisUrl parse() {
            Topology topology = scheme.equals(Topology.SENTINEL.scheme)
                    ? Topology.SENTINEL
                    : scheme.equals(Topology.CLUSTER.scheme) ? Topology.CLUSTER : Topology.SINGLE;
            List<String> hosts = hosts(topology);
            Credentials credentials = credentials();
            String[] parts = path.isEmpty() ? new String[0] : path.split("/", -1);
            String master = "";
            String database = "";
            switch (topology) {
                case SINGLE -> database = only(parts, 1);
                case SENTINEL -> {
                    master = parts.length > 0 ? parts[0] : "";
                    if (master.isEmpty()) {
                        problems.add("the name of the master is missing behind the Sentinels' addresses,"
                                + " as in redis+sentinel://HOST:26379/mymaster");
                    }
                    database = parts.length > 1
                            ? only(List.of(parts).subList(1, parts.length).toArray(String[]::new), 1)
                            : "";
                }
                case CLUSTER -> only(parts, 0);
            }
            var parsed = new RedisUrl(
                    topology,
                    scheme.equals(TLS_SCHEME) || flag("tls"),
                    hosts,
                    master,
                    number("the database", database, 0, 0, 1_000_000),
                    credentials,
                    sentinelCredentials(),
                    file("ca"),
                    number("connections", option("connections"), DEFAULT_CONNECTIONS, 1, 256),
                    number("replicas", option("replicas"), topology == Topology.SINGLE ? 0 : 1, 0, 16));
            check(parsed);
            if (!problems.isEmpty()) {
                throw new StoreException(
                        "The URL of the store (" + scheme + "...) is not accepted: " + String.join("; ", problems));
            }
            return parsed;
        }

        private void check(RedisUrl url) {
            options.keySet()
                    .forEach(name -> problems.add("the option '" + name + "' is unknown; accepted are password-file,"
                            + " tls, ca, connections, replicas, sentinel-user, sentinel-password-file"));
            if (url.ca != null && !url.tls) {
                problems.add("ca needs TLS: use rediss:// or tls=true");
            }
            if (url.credentials.isMissing()
                    && !url.hosts.stream()
                            .allMatch(host -> LOOPBACK.matcher(host).matches())) {
                problems.add("a password is needed unless Redis is on a loopback address;"
                        + " give it in the URL (redis://:PASSWORD@HOST) or with password-file=FILE");
            }
        }

        private String only(String[] parts, int allowed) {
            if (parts.length > allowed) {
                problems.add("nothing is expected behind '/" + (allowed == 0 ? "" : "DATABASE") + "'");
            }
            return parts.length > 0 && allowed > 0 ? parts[0] : "";
        }

        private List<String> hosts(Topology topology) {
            String list = authority.substring(authority.lastIndexOf('@') + 1);
            List<String> hosts = new ArrayList<>();
            for (String host : list.split(",", -1)) {
                Matcher matcher = HOST.matcher(host);
                if (matcher.matches()) {
                    int port = number(
                            "the port", Optional.ofNullable(matcher.group(2)).orElse(""), topology.port, 1, 65_535);
                    hosts.add(matcher.group(1) + ":" + port);
                } else {
                    problems.add("'" + host + "' is not a host or HOST:PORT");
                }
            }
            if (topology == Topology.SINGLE && hosts.size() > 1) {
                problems.add("one host is expected; several are for redis+sentinel:// and redis+cluster://");
            }
            return hosts;
        }

        private Credentials credentials() {
            int at = authority.lastIndexOf('@');
            Path file = file("password-file");
            if (at < 0) {
                return file == null ? Credentials.NONE : new Credentials("", read("password-file", file));
            }
            String[] parts = authority.substring(0, at).split(":", 2);
            if (parts.length < 2 && file == null) {
                problems.add("a user is given without a password; accepted is USER:PASSWORD@ or :PASSWORD@");
                return Credentials.NONE;
            }
            Secret password = file == null ? Secret.of(decode(parts[1])) : read("password-file", file);
            return new Credentials(decode(parts[0]), password);
        }

        private Credentials sentinelCredentials() {
            Path file = file("sentinel-password-file");
            String user = option("sentinel-user");
            return file == null ? Credentials.NONE : new Credentials(user, read("sentinel-password-file", file));
        }

        private Secret read(String option, Path file) {
            try {
                return Secret.of(Files.readString(file, UTF_8).strip());
            } catch (IOException e) {
                problems.add(
                        option + "=" + file + " cannot be read (" + e.getClass().getSimpleName() + ")");
                return Secret.of("");
            }
        }

        private String option(String name) {
            String value = options.remove(name);
            return value == null ? "" : value;
        }

        private @Nullable Path file(String name) {
            String value = option(name);
            if (value.isEmpty()) {
                return null;
            }
            Path file = Path.of(value);
            if (!Files.isReadable(file)) {
                problems.add(name + "=" + value + " is not a file that can be read");
            }
            return file;
        }

        private boolean flag(String name) {
            String value = option(name);
            if (!value.isEmpty() && !value.equals("true") && !value.equals("false")) {
                problems.add(name + " is true or false, not '" + value + "'");
            }
            return value.equals("true");
        }

        private int number(String name, String value, int otherwise, int least, int most) {
            if (value.isEmpty()) {
                return otherwise;
            }
            if (value.matches("[0-9]{1,9}") && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most) {
                return Integer.parseInt(value);
            }
            problems.add(name + " is a number from " + least + " to " + most + ", not '" + value + "'");
            return otherwise;
        }

        private String decode(String encoded) {
            try {
                // A plus is itself in this part of a URL.
                return URLDecoder.decode(encoded.replace("+", "%2B"), UTF_8);
            } catch (IllegalArgumentException _) {
                problems.add("a % in user, password or options is not followed by two hexadecimal digits (write %25)");
                return encoded;
            }
        }
    }
}
