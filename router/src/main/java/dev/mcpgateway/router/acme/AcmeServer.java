package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.Authorities;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/**
 * Connections to the authority's server for one piece of work: its directory is read anew, and no connection outlives
 * it. Not thread-safe.
 */
final class AcmeServer implements AutoCloseable {
    private final AcmeSettings settings;
    private final HttpClient client;
    private final Clock clock;
    private final Session session;
    private @Nullable Instant retryAfter;

    private AcmeServer(AcmeSettings settings, HttpClient client, Clock clock) {
        this.settings = settings;
        this.client = client;
        this.clock = clock;
        this.session = new Session(settings.directory(), new Provider());
        session.setLocale(Locale.ENGLISH);
        session.networkSettings().setTimeout(settings.requestTimeout());
    }

    /** @throws IOException if {@code ACME_CA_FILE} cannot be read any more; nothing was sent yet */
    static AcmeServer open(AcmeSettings settings, Clock clock) throws IOException, GeneralSecurityException {
        HttpClient.Builder client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(settings.requestTimeout());
        Path caFile = settings.caFile();
        if (caFile != null) {
            client.sslContext(trusting(caFile));
        }
        return new AcmeServer(settings, client.build(), clock);
    }

    Session session() {
        return session;
    }

    /** What the last answer said about when to come again, if it did. */
    Optional<Instant> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static SSLContext trusting(Path caFile) throws IOException, GeneralSecurityException {
        return Authorities.context(Authorities.trusting(Authorities.read(caFile)));
    }

    private final class Provider extends GenericAcmeProvider {
        @Override
        public HttpClient createHttpClient(NetworkSettings network) {
            return client;
        }

        @Override
        public Connection connect(URI server, NetworkSettings network, HttpClient http) {
            HttpConnector connector = createHttpConnector(network, http);
            return new AcmeConnection(
                    connector, settings.requestTimeout(), clock, told -> retryAfter = told.orElse(null));
        }
    }
}
