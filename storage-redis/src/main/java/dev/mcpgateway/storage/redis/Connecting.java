package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.StoreException;
import dev.mcpgateway.storage.redis.RedisUrl.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ConstantDelay;
import org.redisson.config.ReadMode;
import org.redisson.config.SubscriptionMode;

/** How Redisson is set up for a URL. */
final class Connecting {
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

    /** A connection that was lost is tried again this often: the store is back within a second of its server. */
    private static final Duration RECONNECTION_DELAY = Duration.ofMillis(250);

    private static final Duration START_PATIENCE = Duration.ofSeconds(5);
    private static final String UNREACHABLE = "it cannot be reached; is it running, and is the address right?";

    private static final int PING_INTERVAL_MILLIS = 2_000;
    private static final int SCAN_INTERVAL_MILLIS = 1_000;
    private static final int NETTY_THREADS = 4;

    private final RedisUrl url;

    private Connecting(RedisUrl url) {
        this.url = url;
    }

    /**
     * Waits a little for a server that is only starting.
     *
     * @throws StoreException if Redis cannot be reached or refuses us
     */
    static RedissonClient to(RedisUrl url) {
        Config config = new Connecting(url).config();
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            try {
                return Redisson.create(new Config(config));
            } catch (RedisException e) {
                String words = words(e);
                if (!words.equals(UNREACHABLE) || System.nanoTime() > end) {
                    throw new StoreException(url.name() + " cannot be used: " + words, e);
                }
                LockSupport.parkNanos(RECONNECTION_DELAY.toNanos());
            }
        }
    }

    /** What Redis said, if it said something; its messages hold no credentials. */
    private static String words(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("WRONGPASS")
                    || message.contains("NOAUTH")
                    || message.contains("without any password")) {
                return "it does not accept this user and password";
            }
            if (message.contains("NOPERM")) {
                return "this user may not do what is needed; see the ACL in docs/reference/store.md";
            }
            if (cause instanceof GeneralSecurityException || cause instanceof javax.net.ssl.SSLException) {
                return "its certificate is not trusted or not for this host name; ca=FILE names its authority";
            }
        }
        return UNREACHABLE;
    }

    private Config config() {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setUseScriptCache(true);
        config.setNettyThreads(NETTY_THREADS);
        config.setThreads(NETTY_THREADS);
        config.setTcpNoDelay(true);
        config.setTcpKeepAlive(true);
        Credentials credentials = url.credentials();
        if (!credentials.isMissing()) {
            config.setPassword(credentials.password().reveal());
            if (!credentials.user().isEmpty()) {
                config.setUsername(credentials.user());
            }
        }
        Path ca = url.ca();
        if (ca != null) {
            config.setSslTrustManagerFactory(trusting(ca));
        }
        switch (url.topology()) {
            case SINGLE -> single(config);
            case SENTINEL -> sentinel(config);
            case CLUSTER -> cluster(config);
        }
        return config;
    }

    private String address(String host) {
        return (url.tls() ? "rediss://" : "redis://") + host;
    }

    private void single(Config config) {
        var server = config.useSingleServer();
        common(server);
        server.setAddress(address(url.hosts().getFirst()))
                .setDatabase(url.database())
                .setConnectionPoolSize(url.connections())
                .setConnectionMinimumIdleSize(Math.min(4, url.connections()))
                .setSubscriptionConnectionPoolSize(2);
    }

    private void sentinel(Config config) {
        var servers = config.useSentinelServers();
        common(servers);
        replicated(servers);
        servers.setMasterName(url.master())
                .setDatabase(url.database())
                .setScanInterval(SCAN_INTERVAL_MILLIS)
                .setCheckSentinelsList(false);
        url.hosts().forEach(host -> servers.addSentinelAddress(address(host)));
        Credentials sentinel = url.sentinelCredentials();
        if (!sentinel.isMissing()) {
            servers.setSentinelPassword(sentinel.password().reveal());
            if (!sentinel.user().isEmpty()) {
                servers.setSentinelUsername(sentinel.user());
            }
        }
    }

    private void cluster(Config config) {
        var servers = config.useClusterServers();
        common(servers);
        replicated(servers);
        servers.setScanInterval(SCAN_INTERVAL_MILLIS);
        url.hosts().forEach(host -> servers.addNodeAddress(address(host)));
    }

    /** A command is never sent twice: the first one may have been carried out. */
    private static void common(BaseConfig<?> servers) {
        servers.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
        servers.setTimeout((int) Redis.TIMEOUT.toMillis());
        servers.setSubscriptionTimeout((int) Redis.TIMEOUT.toMillis());
        servers.setRetryAttempts(0);
        servers.setReconnectionDelay(new ConstantDelay(RECONNECTION_DELAY));
        servers.setPingConnectionInterval(PING_INTERVAL_MILLIS);
        servers.setClientName("mcp-oauth-gateway");
    }

    /** Replicas lag behind, so only masters are asked. */
    private void replicated(BaseMasterSlaveServersConfig<?> servers) {
        servers.setReadMode(ReadMode.MASTER);
        servers.setSubscriptionMode(SubscriptionMode.MASTER);
        servers.setMasterConnectionPoolSize(url.connections());
        servers.setMasterConnectionMinimumIdleSize(Math.min(4, url.connections()));
        servers.setSubscriptionConnectionPoolSize(2);
    }

    private TrustManagerFactory trusting(Path ca) {
        try (InputStream in = Files.newInputStream(ca)) {
            Collection<? extends Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load((InputStream) null, (char @Nullable []) null);
            int number = 0;
            for (Certificate authority : authorities) {
                trusted.setCertificateEntry("ca-" + number++, authority);
            }
            if (number == 0) {
                throw new StoreException("ca=" + ca + " holds no certificate; a PEM file is expected");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw new StoreException("ca=" + ca + " cannot be read as certificates in PEM form", e);
        }
    }
}
