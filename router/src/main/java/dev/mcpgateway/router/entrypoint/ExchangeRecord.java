package dev.mcpgateway.router.entrypoint;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What is remembered of an exchange for the access log and the metrics, filled in along the way. Holds no credential.
 * Used by the thread that handles the request.
 */
public final class ExchangeRecord {
    private final long startNanos = System.nanoTime();
    private String route = "";
    private String service = "";
    private String endpoint = "";
    private String user = "";
    private String client = "";
    private long verifyNanos = -1;
    private long firstByteNanos = -1;
    private long bodyBytes;
    private final Map<String, String> trace = new TreeMap<>();

    /** The route that was taken, and the service behind it; empty if there is none. */
    public void routed(String routeName, String serviceName) {
        route = routeName;
        service = serviceName;
    }

    /** Verify has answered. */
    public void verified() {
        verifyNanos = System.nanoTime() - startNanos;
    }

    /** Who it is, as verify says; empty for what it does not. */
    public void identified(String userId, String clientId) {
        user = userId;
        client = clientId;
    }

    /** The head of the upstream's answer has come. */
    public void answered(String upstreamEndpoint) {
        endpoint = upstreamEndpoint;
        firstByteNanos = System.nanoTime() - startNanos;
    }

    /** A field by which verify and upstream learn of the trace that this exchange is part of. */
    public void trace(String name, String value) {
        trace.put(name, value);
    }

    /** Fields by name that replace those of the client; none where there is no tracing. */
    public Map<String, String> trace() {
        return Map.copyOf(trace);
    }

    void sent(int bytes) {
        bodyBytes += bytes;
    }

    public String route() {
        return route;
    }

    public String service() {
        return service;
    }

    /** Address and port of the upstream's endpoint that answered; empty if none did. */
    public String endpoint() {
        return endpoint;
    }

    public String user() {
        return user;
    }

    public String client() {
        return client;
    }

    /** Bytes of the answer's body, without framing. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** From the request's head to now. */
    public long nanos() {
        return System.nanoTime() - startNanos;
    }

    /** From the request's head to verify's answer; empty if verify was not asked or did not answer. */
    public OptionalLong verifyNanos() {
        return verifyNanos < 0 ? OptionalLong.empty() : OptionalLong.of(verifyNanos);
    }

    /** From the request's head to that of the upstream's answer; empty if there was none. */
    public OptionalLong firstByteNanos() {
        return firstByteNanos < 0 ? OptionalLong.empty() : OptionalLong.of(firstByteNanos);
    }
}
