package dev.mcpgateway.storage.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.StoreException;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Where a PostgreSQL database is and how it is opened; all that is particular to PostgreSQL.
 *
 * @param hosts as they stand in the URL: {@code HOST}, {@code HOST:PORT}, or several of these with commas between them
 * @param settings for the driver, without user and password
 */
record PostgresUrl(String hosts, String database, Map<String, String> settings, String user, Secret password)
        implements DatabaseUrl {
    static final String SCHEME = "jdbc:postgresql:";

    private static final Logger LOG = System.getLogger(PostgresUrl.class.getName());

    private static final int OLDEST_VERSION = 15;

    private static final Pattern FORM = Pattern.compile("//([^/?@]+)/([^/?]+)(?:\\?(.*))?");
    private static final String ACCEPTED = "accepted is jdbc:postgresql://HOST:PORT/DATABASE?user=...&password=...";

    /** In seconds. An answer is waited for a little longer than the server works on it. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "connectTimeout", "1",
            "socketTimeout", "2",
            "cancelSignalTimeout", "1",
            "tcpKeepAlive", "true",
            "ApplicationName", "mcp-oauth-gateway",
            // The server's words about a row, with its values in them, stay out of our log.
            "logServerErrorDetail", "false");

    /** What the server does when it is slow, or we are gone; in milliseconds. */
    private static final String SERVER_TIMEOUTS =
            "-c statement_timeout=1500 -c lock_timeout=1000 -c idle_in_transaction_session_timeout=10000";

    /** The driver has no other sign of a wrong name in a certificate, or of a file that is missing. */
    private static final Pattern ABOUT_TLS = Pattern.compile("(?i)hostname .* could not be verified|SSL .*certificate");

    private static final String SECONDS_TO_LISTEN = "1";

    /** How long a caller waits for a connection of the pool, and the pool for a sign that one still works. */
    private static final Duration CONNECTION_TIMEOUT = Duration.ofMillis(700);

    private static final Duration CONNECTION_LIFETIME = Duration.ofMinutes(30);

    /** More often than anything on the way forgets a connection. */
    private static final Duration KEEP_ALIVE_INTERVAL = Duration.ofSeconds(30);

    /** Held by the one who migrates. Any number will do that nobody else takes in the same database. */
    private static final long MIGRATION_LOCK = 0x6d63702d67617465L;

    /** No connection, the end of one, or a server that is going down or coming up. */
    private static final Pattern AWAY = Pattern.compile("08...|57P0[123]|25006");

    private static final Pattern TEXT_TYPE = Pattern.compile("\\bVARCHAR(\\(\\d+\\))?");

    PostgresUrl {
        settings = Map.copyOf(settings);
    }

    /** @throws StoreException if the URL asks for something that the store cannot live with; says what */
    static PostgresUrl parse(String url) {
        Matcher form = FORM.matcher(url.substring(SCHEME.length()));
        if (!form.matches()) {
            throw new StoreException("The URL of the PostgreSQL database cannot be read; " + ACCEPTED
                    + ", with user and password after the question mark, percent-encoded where they need to be");
        }
        Map<String, String> settings = settings(form.group(3) == null ? "" : form.group(3));
        String user = settings.remove("user");
        String password = settings.remove("password");
        String name = name(form.group(2), form.group(1));
        if (user == null || user.isEmpty()) {
            throw new StoreException(name + " is to be opened without a user; " + ACCEPTED);
        }
        if ((password == null || password.isEmpty())
                && !settings.containsKey("sslcert")
                && !allLoopback(form.group(1))) {
            throw new StoreException(name + " is to be opened without a password, which is accepted on the loopback"
                    + " address only; give one (" + ACCEPTED + "), or a client certificate (sslcert, sslkey)");
        }
        DEFAULTS.forEach(settings::putIfAbsent);
        settings.merge("options", SERVER_TIMEOUTS, (given, ours) -> ours + " " + given);
        return new PostgresUrl(
                form.group(1), form.group(2), settings, user, Secret.of(password == null ? "" : password));
    }

    private static Map<String, String> settings(String query) {
        Map<String, String> settings = new HashMap<>();
        for (String setting : query.split("&", -1)) {
            if (!setting.isEmpty()) {
                String[] parts = setting.split("=", 2);
                settings.put(parts[0], parts.length > 1 ? decode(parts[0], parts[1]) : "");
            }
        }
        return settings;
    }

    private static String decode(String name, String value) {
        try {
            return URLDecoder.decode(value, UTF_8);
        } catch (IllegalArgumentException _) {
            // Its message quotes the value.
            throw new StoreException("The URL of the PostgreSQL database cannot be read: the value of " + name
                    + " is not percent-encoded; a % is written %25");
        }
    }

    private static boolean allLoopback(String hosts) {
        return Stream.of(hosts.split(",", -1)).allMatch(host -> {
            String address = host.replaceFirst(":\\d*$", "");
            return address.equals("localhost") || isLoopbackAddress(address);
        });
    }

    private static boolean isLoopbackAddress(String address) {
        try {
            return InetAddress.ofLiteral(address.replaceAll("^\\[|]$", "")).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            // A name, which could lead anywhere.
            return false;
        }
    }

    private static String name(String database, String hosts) {
        return "PostgreSQL database " + database + " at " + hosts;
    }

    @Override
    public String name() {
        return name(database, hosts);
    }

    /** Its settings may hold the password of a key. */
    @Override
    public String toString() {
        return name();
    }

    private String jdbc() {
        return SCHEME + "//" + hosts + "/" + database;
    }

    private Properties properties() {
        var properties = new Properties();
        settings.forEach(properties::setProperty);
        properties.setProperty("user", user);
        properties.setProperty("password", password.reveal());
        return properties;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbc(), properties());
    }

    /** A connection on which an answer is waited for shorter than elsewhere. */
    Connection connectToListen() throws SQLException {
        Properties properties = properties();
        properties.setProperty("socketTimeout", SECONDS_TO_LISTEN);
        return DriverManager.getConnection(jdbc(), properties);
    }

    @Override
    public void prepare() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            checkVersion(connection.getMetaData().getDatabaseMajorVersion());
            try (ResultSet row = statement.executeQuery("SELECT current_setting('server_encoding'),"
                    + " current_setting('synchronous_commit'), current_setting('transaction_read_only')")) {
                row.next();
                check(row.getString(1), row.getString(2), row.getString(3));
            }
        }
    }

    void checkVersion(int version) {
        if (version < OLDEST_VERSION) {
            throw new StoreException(name() + " is of version " + version + "; at least " + OLDEST_VERSION
                    + " is needed. Upgrade the server, or use another one");
        }
    }

    private void check(String encoding, String synchronousCommit, String readOnly) {
        if (!encoding.equals("UTF8")) {
            throw new StoreException(name() + " holds text as " + encoding
                    + ", which has not every character; create it with ENCODING 'UTF8'");
        }
        if (readOnly.equals("on")) {
            throw new StoreException(name() + " is read-only; name the primary server, not a standby");
        }
        if (synchronousCommit.equals("off")) {
            LOG.log(
                    Logger.Level.WARNING,
                    "{0} has synchronous_commit=off: what was acknowledged in the last moments before a crash of the"
                            + " server is lost; set it to on",
                    name());
        }
    }

    @Override
    public void configure(HikariConfig pool) {
        pool.setJdbcUrl(jdbc());
        pool.setDataSourceProperties(properties());
        pool.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        pool.setValidationTimeout(CONNECTION_TIMEOUT.toMillis());
        pool.setMaxLifetime(CONNECTION_LIFETIME.toMillis());
        pool.setKeepaliveTime(KEEP_ALIVE_INTERVAL.toMillis());
    }

    /** The lock is kept until the connection is closed. */
    @Override
    public Connection connectToMigrate() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 0);
            statement.execute("SET statement_timeout = 0");
            statement.execute("SET lock_timeout = '60s'");
            statement.execute("SET idle_in_transaction_session_timeout = 0");
            statement.execute("SELECT pg_advisory_lock(" + MIGRATION_LOCK + ")");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Text is compared byte by byte, whatever the database's own order is. */
    @Override
    public String definition(String sql) {
        return TEXT_TYPE.matcher(sql.replace("--postgresql ", "")).replaceAll("$0 COLLATE \"C\"");
    }

    @Override
    public String explain(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return name()
                + switch (state) {
                    case "28P01", "28000" -> " does not accept user " + user + " with this password from this address";
                    case "3D000" ->
                        " does not exist; create it: CREATE DATABASE " + database + " OWNER " + user
                                + " ENCODING 'UTF8'";
                    case "42501" ->
                        " does not give user " + user + " the rights it needs; make it the owner of the database, or"
                                + " GRANT CREATE, USAGE ON SCHEMA public TO " + user
                                + " and make it the owner of the tables";
                    case "3F000" -> " has no schema to create tables in; create it, or name another in currentSchema";
                    case "25006" -> " is read-only; name the primary server, not a standby";
                    case "53300" -> " has no connection left; raise max_connections, or end other programs";
                    case "55P03" -> " was kept from answering by another process for too long (SQLState 55P03)";
                    case "57P03" -> " is starting up or going down (SQLState 57P03)";
                    case "57014", "null" -> " did not answer in time";
                    case "54000" -> " was given an id that is too long to be looked up (SQLState 54000)";
                    default ->
                        AWAY.matcher(state).matches()
                                ? explainAbsence(failure)
                                : " did not do what it was asked (SQLState " + state + ")";
                };
    }

    private static String explainAbsence(SQLException failure) {
        boolean tls = Stream.iterate((Throwable) failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> cause instanceof SSLException
                        || ABOUT_TLS.matcher(String.valueOf(cause.getMessage())).find());
        return tls
                ? " cannot be talked to over TLS: are sslmode, sslrootcert and the server's certificate right?"
                : " cannot be reached, or does not answer: is the server running there, and does it accept"
                        + " connections from here? (SQLState " + failure.getSQLState() + ")";
    }

    @Override
    public boolean saysAway(SQLException failure) {
        return failure.getSQLState() != null
                && AWAY.matcher(failure.getSQLState()).matches();
    }

    /** A primary server became a standby; the other hosts of the URL are asked for the primary. */
    @Override
    public boolean saysUseless(SQLException failure) {
        return "25006".equals(failure.getSQLState());
    }

    @Override
    public String hold(String text) {
        return PostgresText.hold(text);
    }

    @Override
    public String release(String held) {
        return PostgresText.release(held);
    }

    @Override
    public String lockingWhatIsFree(String table) {
        return " FOR UPDATE OF " + table + " SKIP LOCKED";
    }

    @Override
    public Map<String, String> durability(Database database) {
        return database.list(
                        "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
                                + " current_setting('full_page_writes')",
                        row -> Map.of(
                                "fsync",
                                row.text(1),
                                "synchronous_commit",
                                row.text(2),
                                "full_page_writes",
                                row.text(3)))
                .getFirst();
    }

    @Override
    public Revocations revocations() {
        return new PostgresRevocations(this);
    }
}
