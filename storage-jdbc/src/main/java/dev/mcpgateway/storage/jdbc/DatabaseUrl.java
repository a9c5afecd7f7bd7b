package dev.mcpgateway.storage.jdbc;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Where a database is and how it is opened; all that is particular to one kind of database. */
sealed interface DatabaseUrl permits H2Url, PostgresUrl {
    /** For messages; without credentials. */
    String name();

    /**
     * Makes the database ready to be connected to, as far as that is ours to do, and sees whether it will do.
     *
     * @throws SQLException if it cannot be opened, which {@link #explain} explains
     * @throws dev.mcpgateway.storage.StoreException if it can, and must not be used
     */
    void prepare() throws SQLException;

    /** Says how connections are made, and how long they live. */
    void configure(HikariConfig pool);

    /** A connection of its own whose statements may take their time, and that one process has at a time. */
    Connection connectToMigrate() throws SQLException;

    /** What a migration says, in the words of this database. */
    String definition(String sql);

    /** What went wrong, in words that help; credentials and values stay out. */
    String explain(SQLException failure);

    /** Whether the database is away: there is no connection to it, or no answer in time. */
    boolean saysAway(SQLException failure);

    /** Whether the other connections of the pool are of no use, either. */
    boolean saysUseless(SQLException failure);

    /** The text as this database can hold it. Texts that differ are held differently. */
    String hold(String text);

    /** The text that {@link #hold} made this from. */
    String release(String held);

    /** The end of a query that locks the rows of the table it finds, but for those that others have locked. */
    String lockingWhatIsFree(String table);

    /** As {@link dev.mcpgateway.storage.Store#durability}. */
    Map<String, String> durability(Database database);

    /** Tells the listeners of this database's stores what was revoked. */
    Revocations revocations();
}
