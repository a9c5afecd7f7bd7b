package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.web.Message;
import dev.mcpgateway.oracle.web.Moment;
import io.jstach.jstache.JStache;
import java.util.List;
import java.util.Map;

/**
 * {@code /console/connections}: grants, and the clients that have registered. Its forms are posted to
 * {@code /console/grants/revoke}, {@code /console/users/revoke} and {@code /console/clients/revoke}, with the id of
 * what is to end.
 *
 * @param user what was searched for; empty for all
 * @param client what was searched for; empty for all
 * @param next where the next page of grants begins; empty if there is none
 * @param nextClient where the next page of clients begins; empty if there is none
 * @param ended whether something was just ended
 */
@JStache(path = "console/connections")
record ConnectionsPage(
        Visit visit,
        String user,
        String client,
        List<GrantRow> grants,
        String next,
        List<ClientRow> clients,
        String nextClient,
        boolean ended)
        implements ConsolePage {
    ConnectionsPage {
        grants = List.copyOf(grants);
        clients = List.copyOf(clients);
    }

    /** A grant. */
    record GrantRow(
            String id,
            String userId,
            String userName,
            String clientId,
            String clientName,
            String resource,
            String scope,
            Moment since,
            Moment used) {
        String ofUser() {
            return ConsolePage.link(CONNECTIONS, Map.of("user", userId));
        }

        String ofClient() {
            return ConsolePage.link(CONNECTIONS, Map.of("client", clientId));
        }
    }

    /** A client that has registered. */
    record ClientRow(String id, String name, Moment since, Moment until) {
        String grants() {
            return ConsolePage.link(CONNECTIONS, Map.of("client", id));
        }
    }

    @Override
    public String path() {
        return CONNECTIONS;
    }

    @Override
    public String html() {
        return ConnectionsPageRenderer.of().execute(this);
    }

    boolean none() {
        return grants.isEmpty();
    }

    boolean more() {
        return !next.isEmpty();
    }

    String nextPage() {
        return ConsolePage.link(CONNECTIONS, Map.of("user", user, "client", client, "after", next));
    }

    boolean hasClients() {
        return !clients.isEmpty();
    }

    boolean moreClients() {
        return !nextClient.isEmpty();
    }

    String nextClients() {
        return ConsolePage.link(CONNECTIONS, Map.of("user", user, "client", client, "clients_after", nextClient));
    }

    /** Whether all that is shown is of one user, who was searched for. */
    boolean ofOneUser() {
        return !user.isEmpty()
                && grants.stream().map(GrantRow::userId).distinct().count() == 1;
    }

    String userId() {
        return grants.getFirst().userId();
    }

    String endUser() {
        return Message.of("console_end_user", grants.getFirst().userName(), userId())
                .in(language());
    }

    /** Whether all that is shown is of one client, which was searched for. */
    boolean ofOneClient() {
        return !client.isEmpty()
                && grants.stream().map(GrantRow::clientId).distinct().count() == 1;
    }

    String clientId() {
        return grants.getFirst().clientId();
    }

    String endClient() {
        return Message.of("console_end_client", grants.getFirst().clientName()).in(language());
    }
}
