package dev.mcpgateway.oracle.client;

import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webclient.api.DnsAddressLookup;
import io.helidon.webclient.api.HttpClientResponse;
import io.helidon.webclient.api.Proxy;
import io.helidon.webclient.api.WebClient;
import io.helidon.webclient.spi.DnsResolver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Fetches documents from addresses that strangers name. Whatever the address, it asks hosts of the public Internet
 * alone, by https, at the address that it has looked at, without following where it is sent, and reads little for a
 * short time. Thread-safe.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/">Client ID metadata
 *     documents, sections 6.5 and 6.6</a>
 */
final class ClientMetadataFetcher {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 16_384;
    private static final int MAX_AT_ONCE = 64;
    private static final int MAX_OF_ONE_HOST = 2;
    private static final int HTTPS_PORT = 443;
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age=\"?([0-9]{1,9})");
    private static final Pattern NOT_KEPT = Pattern.compile("(?:^|[,\\s])no-(?:store|cache)");

    private final List<String> allowedHosts;
    private final Names names;
    private final WebClient client;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);
    private final Map<String, Semaphore> byHost = new ConcurrentHashMap<>();

    /** Looks up names. */
    interface Names {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    /**
     * What was answered.
     *
     * @param maxAge how long it may be kept, as its server says; empty if it says nothing
     */
    record Fetched(String body, Optional<Duration> maxAge) {}

    /** @param allowedHosts whose addresses need not be public, at any port */
    ClientMetadataFetcher(List<String> allowedHosts, Names names, SSLContext tls) {
        this.allowedHosts = List.copyOf(allowedHosts);
        this.names = names;
        this.client = WebClient.builder()
                .followRedirects(false)
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(READ_TIMEOUT)
                .keepAlive(false)
                .shareConnectionCache(false)
                .proxy(Proxy.noProxy())
                .dnsResolver(new GuardedNames())
                .tls(Tls.builder().sslContext(tls).build())
                .build();
    }

    /** Looks a name up once, and connects to what was looked at. */
    private final class GuardedNames implements DnsResolver {
        @Override
        public InetAddress resolveAddress(String host, DnsAddressLookup preference) {
            try {
                List<InetAddress> addresses = names.addresses(host);
                if (!isAllowed(host) && !addresses.stream().allMatch(PublicAddresses::isPublic)) {
                    throw new ForbiddenAddressException();
                }
                return addresses.getFirst();
            } catch (UnknownHostException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** The host is not on the public Internet. */
    private static final class ForbiddenAddressException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The document at this address.
     *
     * @throws UnavailableException if there is no answer, which may change
     * @throws RefusedException if there is one that is no good, or nobody may be asked
     */
    Fetched fetch(URI address) throws UnavailableException, RefusedException {
        int port = address.getPort();
        if (port != -1 && port != HTTPS_PORT && !isAllowed(address.getHost())) {
            throw new RefusedException("it must be at the port of https");
        }
        Semaphore ofHost = byHost.computeIfAbsent(address.getHost(), _ -> new Semaphore(MAX_OF_ONE_HOST));
        if (!ofHost.tryAcquire()) {
            throw new BusyException();
        }
        if (!free.tryAcquire()) {
            release(address.getHost(), ofHost);
            throw new BusyException();
        }
        FutureTask<Fetched> task = new FutureTask<>(() -> exchange(address));
        Thread thread = Thread.ofVirtual().name("client-metadata").start(() -> {
            try {
                task.run();
            } finally {
                free.release();
                release(address.getHost(), ofHost);
            }
        });
        try {
            return task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) { // there is nothing more to say
            thread.interrupt();
            throw new UnavailableException("its host did not answer in time");
        } catch (ExecutionException e) {
            throw reason(e.getCause());
        } catch (InterruptedException _) { // the oracle is stopping
            Thread.currentThread().interrupt();
            throw new UnavailableException("it was not waited for");
        }
    }

    /** Hosts that nobody asks are forgotten. */
    private void release(String host, Semaphore ofHost) {
        ofHost.release();
        if (ofHost.availablePermits() == MAX_OF_ONE_HOST) {
            byHost.remove(host, ofHost);
        }
    }

    private boolean isAllowed(String host) {
        return allowedHosts.contains(host.toLowerCase(Locale.ROOT));
    }

    private static UnavailableException reason(@Nullable Throwable cause) throws RefusedException {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof RefusedException refused) {
                throw refused;
            }
            if (each instanceof ForbiddenAddressException) {
                throw new RefusedException("its host is not on the public Internet");
            }
        }
        return new UnavailableException("its host could not be asked");
    }

    private Fetched exchange(URI address) throws IOException, RefusedException, UnavailableException {
        try (HttpClientResponse response = client.get()
                .uri(address)
                .header(HeaderNames.ACCEPT, "application/json")
                .header(HeaderNames.USER_AGENT, "mcp-oauth-gateway")
                .request()) {
            Status status = response.status();
            if (status.code() >= 500 || status.code() == Status.TOO_MANY_REQUESTS_429.code()) {
                throw new UnavailableException("its host answered " + status.code());
            }
            if (status.code() != Status.OK_200.code()) {
                throw new RefusedException("its host answered %d instead of 200".formatted(status.code()));
            }
            boolean json = response.headers()
                    .contentType()
                    .filter(type -> type.mediaType().text().matches("application/([a-z0-9.-]+\\+)?json"))
                    .isPresent();
            if (!json) {
                throw new RefusedException("it is not application/json");
            }
            return new Fetched(body(response), maxAge(response));
        }
    }

    private static String body(HttpClientResponse response) throws IOException, RefusedException {
        try (InputStream body = response.inputStream()) {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new RefusedException("it is larger than %d bytes".formatted(MAX_BYTES));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static Optional<Duration> maxAge(HttpClientResponse response) {
        String control = response.headers().contains(HeaderNames.CACHE_CONTROL)
                ? String.join(
                                ",",
                                response.headers()
                                        .get(HeaderNames.CACHE_CONTROL)
                                        .allValues())
                        .toLowerCase(Locale.ROOT)
                : "";
        if (NOT_KEPT.matcher(control).find()) {
            return Optional.of(Duration.ZERO);
        }
        Matcher age = MAX_AGE.matcher(control);
        return age.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(age.group(1)))) : Optional.empty();
    }

    /** There is no answer now. */
    static class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String what) {
            super(what);
        }
    }

    /** Nobody was asked, because too many are being asked already. */
    static final class BusyException extends UnavailableException {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("too many are being fetched");
        }
    }

    /** What is there is no good. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String what) {
            super(what);
        }
    }
}
