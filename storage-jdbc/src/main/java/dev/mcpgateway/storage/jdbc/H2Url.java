package dev.mcpgateway.storage.jdbc;

import com.zaxxer.hikari.HikariConfig;
import dev.mcpgateway.settings.Secret;
import dev.mcpgateway.storage.StoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where an H2 database is and how it is opened; all that is particular to H2.
 *
 * @param database the absolute path of the file without its ending, or {@code mem:NAME}
 * @param settings as they follow the database in the URL, without credentials
 */
record H2Url(String database, Map<String, String> settings, String user, Secret password) implements DatabaseUrl {
    static final String SCHEME = "jdbc:h2:";

    private static final String IN_MEMORY = "mem:";
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(3);

    /** Without these a hard stop loses what was acknowledged, or the database goes before the program is done. */
    private static final Map<String, String> REQUIRED = Map.of("WRITE_DELAY", "0", "DB_CLOSE_ON_EXIT", "FALSE");

    /** Runs SQL of its own, or lets other processes in, whose revocations would not be heard here. */
    private static final Set<String> REFUSED = Set.of("INIT", "AUTO_SERVER");

    private static final Map<String, String> DEFAULTS = Map.of(
            "LOCK_TIMEOUT", "2000",
            "QUERY_TIMEOUT", "2500",
            // H2's own log would hold statements with their values; every failure is reported by us.
            "TRACE_LEVEL_FILE", "0");

    H2Url {
        settings = Map.copyOf(settings);
    }

    /** @throws StoreException if the URL asks for something that the store cannot live with; says what */
    static H2Url parse(String url) {
        String[] parts = url.substring(SCHEME.length()).split(";", -1);
        String database = locate(parts[0]);
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].isBlank()) {
                String[] setting = parts[i].split("=", 2);
                settings.put(setting[0].strip().toUpperCase(Locale.ROOT), setting.length > 1 ? setting[1] : "");
            }
        }
        String user = settings.containsKey("USER") ? settings.remove("USER") : "sa";
        String password = settings.containsKey("PASSWORD") ? settings.remove("PASSWORD") : "";
        check(database, settings);
        DEFAULTS.forEach(settings::putIfAbsent);
        if (database.startsWith(IN_MEMORY)) {
            // It would go with its last connection, and connections come and go.
            settings.putIfAbsent("DB_CLOSE_DELAY", "-1");
        }
        settings.putAll(REQUIRED);
        return new H2Url(database, settings, user, Secret.of(password));
    }

    private static String locate(String name) {
        if (name.startsWith(IN_MEMORY)) {
            return name;
        }
        String path = name.startsWith("file:") ? name.substring("file:".length()) : name;
        if (path.isBlank() || path.matches("[A-Za-z]{2,}:.*")) {
            throw new StoreException("The H2 database '" + name
                    + "' is not one that can be opened here; accepted is a file, such as jdbc:h2:/data/gateway");
        }
        String home = path.startsWith("~/") ? System.getProperty("user.home") + path.substring(1) : path;
        try {
            return Path.of(home).toAbsolutePath().normalize().toString();
        } catch (InvalidPathException e) {
            throw new StoreException("The H2 database '" + name + "' is not a file path", e);
        }
    }

    private static void check(String database, Map<String, String> settings) {
        REQUIRED.forEach((name, value) -> {
            String given = settings.getOrDefault(name, value);
            if (!given.equalsIgnoreCase(value)) {
                throw new StoreException("H2 database " + database + " is to be opened with " + name + "=" + given
                        + ", which could lose what was acknowledged; leave it out, it is always " + value);
            }
        });
        settings.keySet().stream().filter(REFUSED::contains).findFirst().ifPresent(name -> {
            throw new StoreException("H2 database " + database + " is to be opened with " + name
                    + ", which is not supported; leave it out");
        });
    }

    /**
     * What the JDBC driver is given. Files are opened through H2's {@code async:} file system, because with the default
     * one the interruption of a thread that is reading or writing closes the whole database.
     */
    String jdbc() {
        return SCHEME
                + (inMemory() ? "" : "async:")
                + database
                + settings.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(setting -> ";" + setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining());
    }

    @Override
    public String name() {
        return "H2 database " + database;
    }

    private boolean inMemory() {
        return database.startsWith(IN_MEMORY);
    }

    @Override
    public void prepare() throws SQLException {
        createFile();
        connect().close();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbc(), user, password.reveal());
    }

    @Override
    public void configure(HikariConfig pool) {
        pool.setJdbcUrl(jdbc());
        pool.setUsername(user);
        pool.setPassword(password.reveal());
        pool.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        // The driver calls a connection valid even when its database was closed under it.
        pool.setConnectionTestQuery("SELECT 1");
        // Closing the last connection closes an embedded database, so connections do not age.
        pool.setMaxLifetime(0);
    }

    /** Other processes are kept out by H2; those who migrate in this one come one after the other. */
    @Override
    public Connection connectToMigrate() throws SQLException {
        Connection connection = connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET QUERY_TIMEOUT 0");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public String definition(String sql) {
        return sql;
    }

    /**
     * Creates the file and its folder if they are missing, for their owner only.
     *
     * @throws StoreException if that fails
     */
    private void createFile() {
        if (inMemory()) {
            return;
        }
        Path file = Path.of(database + ".mv.db");
        try {
            Files.createDirectories(file.resolveSibling(""), ownerOnly("rwx------"));
            createIfMissing(file);
        } catch (IOException e) {
            throw new StoreException(
                    name() + " cannot be created: is its folder writable? ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static void createIfMissing(Path file) throws IOException {
        try {
            Files.createFile(file, ownerOnly("rw-------"));
        } catch (FileAlreadyExistsException _) {
            // The usual case: it was created by an earlier start.
        }
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        Set<PosixFilePermission> owner = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(owner)};
    }

    @Override
    public String explain(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 90020 -> name() + " is already in use by another process; stop it or use another folder";
            case 28000 -> name() + " does not accept this user and password";
            case 90030 -> name() + " is damaged; restore it from a backup (" + state(failure) + ")";
            case 90028 -> name() + " cannot be read or written (" + state(failure) + ")";
            default -> name() + " did not do what it was asked (" + state(failure) + ")";
        };
    }

    /** A file does not go away for long; opening it again helps. */
    @Override
    public boolean saysAway(SQLException failure) {
        return false;
    }

    /** Whether the database was closed while it was in use, as H2 does when it cannot write its file. */
    @Override
    public boolean saysUseless(SQLException failure) {
        return failure.getErrorCode() == 90098 || failure.getErrorCode() == 90121;
    }

    @Override
    public String hold(String text) {
        return text;
    }

    @Override
    public String release(String held) {
        return held;
    }

    /** Nobody else sweeps. */
    @Override
    public String lockingWhatIsFree(String table) {
        return "";
    }

    @Override
    public Map<String, String> durability(Database database) {
        return inMemory() ? Map.of("file", "none") : Map.of("file", this.database, "WRITE_DELAY", "0");
    }

    @Override
    public Revocations revocations() {
        return new LocalRevocations(database);
    }

    private static String state(SQLException failure) {
        return "SQLState " + failure.getSQLState() + ", code " + failure.getErrorCode();
    }
}
