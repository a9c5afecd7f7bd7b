package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.upstream.LookUp;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Looks before an order whether a name leads here, as the authority will: its mistakes cost nothing, the authority's
 * are counted. Every address behind the name is asked, because the authority picks one.
 */
public final class Preflight {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PROBE_BYTES = 24;
    private static final int MAX_ADDRESSES = 8;
    private static final int MAX_ANSWER_BYTES = 8192;

    /** Another router of the folder learns of the probe within this. */
    private static final Duration ANSWER_PAUSE = Duration.ofMillis(300);

    private static final int ANSWER_TRIES = 3;

    /** An answer that sends the authority elsewhere, which it follows. */
    private static final Pattern REDIRECT = Pattern.compile("(?s)HTTP/1\\.[01] 30[12378].*");

    private final Method method;
    private final LookUp lookUp;
    private final Duration timeout;

    /** How names are proven, as far as it can be tried from here. */
    public sealed interface Method {
        /** @param port 80, but for tests */
        record Http01(Probes probes, int port) implements Method {}

        /** @param port 443, but for tests */
        record TlsAlpn01(int port) implements Method {}

        /** Nobody needs to reach us. */
        record Dns01() implements Method {}
    }

    /** Lets all routers of the folder answer {@code /.well-known/acme-challenge/TOKEN}, as for a real challenge. */
    @FunctionalInterface
    public interface Probes {
        /**
         * @param token base64url
         * @throws IOException if it cannot be shown; the message says why
         */
        Published publish(String token, String answer) throws IOException;
    }

    /** An answer that is given until it is closed. */
    @FunctionalInterface
    public interface Published extends AutoCloseable {
        @Override
        void close();
    }

    /** @param timeout of each look-up, and of each address */
    public Preflight(Method method, LookUp lookUp, Duration timeout) {
        this.method = method;
        this.lookUp = lookUp;
        this.timeout = timeout;
    }

    /**
     * Why the authority would refuse; empty if nothing speaks against an order.
     *
     * @param dnsNames of one certificate
     */
    Optional<String> problem(List<String> dnsNames) {
        return switch (method) {
            case Method.Dns01 _ -> Optional.empty();
            case Method.TlsAlpn01(int port) -> first(dnsNames, (name, address) -> connectProblem(name, address, port));
            case Method.Http01(var probes, int port) -> httpProblem(dnsNames, probes, port);
        };
    }

    /** Tries one address of a name. */
    @FunctionalInterface
    private interface Check {
        Optional<String> problem(String name, InetAddress address);
    }

    private Optional<String> httpProblem(List<String> dnsNames, Probes probes, int port) {
        String token = random();
        String answer = random();
        try (Published _ = probes.publish(token, answer)) {
            return first(dnsNames, (name, address) -> answerProblem(name, address, port, token, answer));
        } catch (IOException e) {
            return Optional.of("the answer of a probe cannot be kept (%s)".formatted(describe(e)));
        }
    }

    private Optional<String> first(List<String> dnsNames, Check check) {
        for (String name : dnsNames) {
            List<InetAddress> addresses;
            try {
                addresses = withinTime(() -> lookUp.find(name));
            } catch (IOException _) { // it has no address, or nobody can be asked
                return Optional.of(
                        "%s does not resolve; add an A or AAAA record that leads to this router".formatted(name));
            }
            for (InetAddress address : addresses.subList(0, Math.min(MAX_ADDRESSES, addresses.size()))) {
                Optional<String> problem = check.problem(name, address);
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> connectProblem(String name, InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), (int) timeout.toMillis());
            return Optional.empty();
        } catch (IOException e) {
            return unreachable(name, address, port, e);
        }
    }

    private Optional<String> answerProblem(String name, InetAddress address, int port, String token, String expected) {
        try {
            for (int i = 0; i < ANSWER_TRIES; i++) {
                String answer = get(name, new InetSocketAddress(address, port), token, expected);
                if (answer.contains(expected) || REDIRECT.matcher(answer).matches()) {
                    return Optional.empty();
                }
                Thread.sleep(ANSWER_PAUSE);
            }
        } catch (IOException e) {
            return unreachable(name, address, port, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // said as any other problem, and looked at again
        }
        return Optional.of(
                "%s resolves to %s, where port %d is answered by somebody else; the CA needs this router's answer"
                        .formatted(name, address.getHostAddress(), port));
    }

    /** What there is of head and body once it is decided; within the time-out altogether. */
    private String get(String name, InetSocketAddress address, String token, String expected) throws IOException {
        try (Socket socket = new Socket()) {
            return withinTime(() -> {
                socket.connect(address, (int) timeout.toMillis());
                socket.setSoTimeout((int) timeout.toMillis());
                socket.getOutputStream().write(request(name, token).getBytes(StandardCharsets.US_ASCII));
                return read(socket.getInputStream(), expected);
            });
        }
    }

    private static String request(String name, String token) {
        return """
                GET /.well-known/acme-challenge/%s HTTP/1.1\r
                Host: %s\r
                User-Agent: mcp-gateway-preflight\r
                Connection: close\r
                \r
                """.formatted(token, name);
    }

    private static String read(InputStream from, String expected) throws IOException {
        StringBuilder answer = new StringBuilder();
        byte[] piece = new byte[1024];
        int length;
        while (answer.length() < MAX_ANSWER_BYTES && (length = from.read(piece)) != -1) {
            answer.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
            if (answer.indexOf(expected) >= 0 || REDIRECT.matcher(answer).matches()) {
                break; // whoever answers may keep the connection open
            }
        }
        return answer.toString();
    }

    private static Optional<String> unreachable(String name, InetAddress address, int port, IOException why) {
        if (address instanceof Inet6Address && !address.isLoopbackAddress() && isWithoutRoute(why)) {
            return Optional.empty(); // this machine has no IPv6, by which nothing is said about others
        }
        return Optional.of("%s resolves to %s, where port %d does not answer (%s); the CA needs it"
                .formatted(name, address.getHostAddress(), port, describe(why)));
    }

    private static boolean isWithoutRoute(IOException e) {
        boolean isUnreachable = String.valueOf(e.getMessage()).contains("unreachable");
        return e instanceof NoRouteToHostException || isUnreachable;
    }

    private static String describe(IOException e) {
        return e instanceof SocketTimeoutException ? "timed out" : String.valueOf(e.getMessage());
    }

    private <T> T withinTime(Callable<T> task) throws IOException {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofVirtual().name("certificate-preflight").start(future);
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw timedOut(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw timedOut(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new UnknownHostException(e.toString());
        }
    }

    private static SocketTimeoutException timedOut(Exception cause) {
        SocketTimeoutException timedOut = new SocketTimeoutException("timed out");
        timedOut.initCause(cause);
        return timedOut;
    }

    private static String random() {
        byte[] random = new byte[PROBE_BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
