package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;
import java.time.Instant;
import java.util.List;

/**
 * {@code /account}: somebody's connections. Its forms are posted to {@code /account/revoke} with the id of one, to
 * {@code /account/revoke-all} and to {@code /account/sign-out}, all with {@code token}.
 *
 * @param name who is signed in
 * @param next where the next page of connections begins; empty if there is none
 * @param token what shows that a form is ours
 * @param ended whether one was just ended
 */
@JStache(path = "account")
public record AccountPage(
        Language language, String name, List<Connection> connections, String next, String token, boolean ended)
        implements Page {
    public AccountPage {
        connections = List.copyOf(connections);
    }

    /**
     * A client that has access.
     *
     * @param service its name; empty if it is no longer there
     * @param used when the client last renewed its access
     */
    public record Connection(
            String id,
            String client,
            String service,
            String resource,
            List<String> scopes,
            Instant since,
            Instant used) {
        public Connection {
            scopes = List.copyOf(scopes);
        }
    }

    /** A connection in words. */
    record Row(Connection connection, List<String> permissions, Moment since, Moment used) {
        boolean hasService() {
            return !connection.service().isEmpty();
        }
    }

    @Override
    public String html() {
        return AccountPageRenderer.of().execute(this);
    }

    String signedInAs() {
        return Message.of("signed_in_as", name).in(language);
    }

    boolean empty() {
        return connections.isEmpty();
    }

    boolean more() {
        return !next.isEmpty();
    }

    List<Row> rows() {
        return connections.stream()
                .map(connection -> new Row(
                        connection,
                        connection.scopes().stream().map(this::inWords).toList(),
                        Moment.of(connection.since(), language),
                        Moment.of(connection.used(), language)))
                .toList();
    }

    private String inWords(String scope) {
        return Scope.inWords(scope, language);
    }
}
