package dev.mcpgateway.oracle.client;

import dev.mcpgateway.oracle.client.Client.Origin;
import dev.mcpgateway.oracle.client.ClientMetadataFetcher.BusyException;
import dev.mcpgateway.oracle.client.ClientMetadataFetcher.Fetched;
import dev.mcpgateway.oracle.client.ClientMetadataFetcher.RefusedException;
import dev.mcpgateway.oracle.client.ClientMetadataFetcher.UnavailableException;
import dev.mcpgateway.oracle.protocol.Json;
import dev.mcpgateway.oracle.protocol.OAuthError;
import dev.mcpgateway.oracle.protocol.OAuthException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Clients whose id is the address of what they say about themselves. A document is kept for as long as its server says,
 * within bounds; when it cannot be fetched again, the last good one goes on for a day. Thread-safe.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/">Client ID metadata
 *     documents</a>
 */
public final class ClientMetadataDocuments {
    private static final Pattern CLIENT_ID = Pattern.compile(
            "https://(?<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?<port>:[0-9]{1,5})?(?<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]+)(?<query>\\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?");
    private static final Pattern DOT_SEGMENT = Pattern.compile("(?i)/(\\.|%2e){1,2}(?=[/?]|$)");
    private static final int MAX_LENGTH = 1024;
    private static final int MAX_KEPT = 1_000;

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration USUAL = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** How long nobody tries again what has failed. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final ClientMetadataFetcher fetcher;
    private final boolean rotateStrictly;
    private final Clock clock;
    private final Map<String, Object> underWay = new ConcurrentHashMap<>();
    private final Map<String, Kept> good;

    /** Apart from the good ones, so that no number of bad addresses drives out a good one. */
    private final Map<String, Kept> failed;

    private static Map<String, Kept> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
                return size() > most;
            }
        };
    }

    /**
     * What is known of one id.
     *
     * @param client the last good one; null if there is none
     * @param failure what to say instead; null if nothing has failed
     * @param freshUntil when to fetch it again
     * @param goodUntil how long the client counts though it cannot be fetched
     */
    private record Kept(
            @Nullable Client client, @Nullable OAuthException failure, Instant freshUntil, Instant goodUntil) {}

    /**
     * Documents from the public Internet.
     *
     * @param allowedHosts whose addresses need not be public
     * @param rotateStrictly whether refresh tokens of these clients that were used are never forgiven
     */
    public ClientMetadataDocuments(List<String> allowedHosts, boolean rotateStrictly, Clock clock) {
        this(
                new ClientMetadataFetcher(allowedHosts, PublicAddresses::of, defaultTls()),
                rotateStrictly,
                MAX_KEPT,
                clock);
    }

    /** @param kept good ones that are remembered, and as many that failed */
    ClientMetadataDocuments(ClientMetadataFetcher fetcher, boolean rotateStrictly, int kept, Clock clock) {
        this.good = bounded(kept);
        this.failed = bounded(kept);
        this.fetcher = fetcher;
        this.rotateStrictly = rotateStrictly;
        this.clock = clock;
    }

    private static SSLContext defaultTls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no certificates that it trusts", e);
        }
    }

    /** Whether the id claims to be such an address, good or bad. No other id looks like this. */
    static boolean isAddress(String clientId) {
        return clientId.startsWith("https://") || clientId.startsWith("http://");
    }

    /**
     * The client of this id.
     *
     * @throws OAuthException {@code invalid_client} if there is no such client, saying why;
     *     {@code temporarily_unavailable} if that cannot be told now
     */
    Client find(String clientId) {
        requireAddress(clientId);
        Kept known = known(clientId);
        if (known == null || !clock.instant().isBefore(known.freshUntil())) {
            // Whoever asks for the same at the same time waits for the one who fetches it.
            synchronized (underWay.computeIfAbsent(clientId, _ -> new Object())) {
                try {
                    known = known(clientId);
                    if (known == null || !clock.instant().isBefore(known.freshUntil())) {
                        known = fetch(clientId, known);
                        keep(clientId, known);
                    }
                } catch (BusyException e) {
                    known = lastGood(known).orElseThrow(() -> unavailable(": " + e.getMessage()));
                } finally {
                    underWay.remove(clientId);
                }
            }
        }
        if (known.client() == null) {
            OAuthException failure = known.failure();
            throw failure == null ? unavailable("") : failure;
        }
        return known.client();
    }

    private Kept fetch(String clientId, @Nullable Kept before) throws BusyException {
        Instant now = clock.instant();
        try {
            Fetched fetched = fetcher.fetch(URI.create(clientId));
            Client client = parse(clientId, fetched.body());
            Duration age = fetched.maxAge().orElse(USUAL);
            Duration fresh = age.compareTo(SHORTEST) < 0 ? SHORTEST : age.compareTo(LONGEST) > 0 ? LONGEST : age;
            return new Kept(client, null, now.plus(fresh), now.plus(fresh).plus(LONGEST));
        } catch (BusyException e) {
            throw e;
        } catch (UnavailableException e) {
            return lastGood(before)
                    .map(good -> new Kept(good.client(), null, now.plus(AFTER_FAILURE), good.goodUntil()))
                    .orElseGet(() -> new Kept(null, unavailable(": " + e.getMessage()), now.plus(AFTER_FAILURE), now));
        } catch (RefusedException e) {
            return new Kept(null, refusal(String.valueOf(e.getMessage())), now.plus(AFTER_FAILURE), now);
        } catch (OAuthException e) {
            return new Kept(null, refusal(e.description()), now.plus(AFTER_FAILURE), now);
        }
    }

    private Optional<Kept> lastGood(@Nullable Kept known) {
        return Optional.ofNullable(known)
                .filter(kept -> kept.client() != null && clock.instant().isBefore(kept.goodUntil()));
    }

    private Client parse(String clientId, String text) {
        JsonObject document = Json.parseObject(text, OAuthError.INVALID_CLIENT_METADATA);
        if (!(document.get("client_id") instanceof JsonString id)
                || !id.getString().equals(clientId)) {
            throw new OAuthException(
                    OAuthError.INVALID_CLIENT_METADATA, "client_id in it is not the address that it is at");
        }
        if (document.containsKey("client_secret")) {
            throw new OAuthException(OAuthError.INVALID_CLIENT_METADATA, "it holds a client_secret");
        }
        ClientMetadata metadata = ClientMetadata.parsePublished(document);
        if (metadata.clientName() == null) {
            throw new OAuthException(OAuthError.INVALID_CLIENT_METADATA, "client_name is missing");
        }
        return new Client(clientId, metadata, null, Origin.PUBLISHED, rotateStrictly);
    }

    private synchronized @Nullable Kept known(String clientId) {
        Kept client = good.get(clientId);
        return client == null ? failed.get(clientId) : client;
    }

    private synchronized void keep(String clientId, Kept what) {
        if (what.client() == null) {
            good.remove(clientId);
            failed.put(clientId, what);
        } else {
            failed.remove(clientId);
            good.put(clientId, what);
        }
    }

    private static void requireAddress(String clientId) {
        if (clientId.length() > MAX_LENGTH
                || !CLIENT_ID.matcher(clientId).matches()
                || DOT_SEGMENT.matcher(clientId).find()
                || !hasHost(clientId)) {
            throw new OAuthException(
                    OAuthError.INVALID_CLIENT,
                    "a client_id that is a URL must be https, in lower case, with a path, and without user, fragment and dot segments");
        }
    }

    private static boolean hasHost(String address) {
        try {
            return URI.create(address).getHost() != null;
        } catch (IllegalArgumentException _) { // the answer is no
            return false;
        }
    }

    private static OAuthException refusal(String why) {
        return new OAuthException(
                OAuthError.INVALID_CLIENT, "the document that client_id names is not accepted: " + why);
    }

    private static OAuthException unavailable(String why) {
        return new OAuthException(
                OAuthError.TEMPORARILY_UNAVAILABLE, "the document that client_id names cannot be fetched" + why);
    }
}
