package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an entry point listens: one port on each of the addresses.
 *
 * @param name for messages, such as {@code HTTPS}
 * @param addresses IP addresses, at least one
 * @param port 0 to pick one that is free on all addresses
 * @param addressSetting the setting that a person changes to listen elsewhere
 * @param portSetting the setting that a person changes to listen on another port
 */
public record ListenAddress(String name, List<String> addresses, int port, String addressSetting, String portSetting) {
    private static final System.Logger LOG = System.getLogger(ListenAddress.class.getName());
    private static final int ATTEMPTS = 20;
    private static final String IPV6_LOOPBACK = "::1";

    public ListenAddress {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(name + " listens on at least one address");
        }
    }

    /**
     * The addresses to bind, with the port that was found to be free on all of them a moment ago. The web server does
     * not tell why it cannot bind, so this is found out before it is started.
     *
     * @throws CannotListenException naming address, port and what to do
     */
    List<InetSocketAddress> probe() {
        CannotListenException taken = new CannotListenException(name + " finds no free port", null);
        for (int attempt = 0; attempt < (port == 0 ? ATTEMPTS : 1); attempt++) {
            try {
                return probeAll();
            } catch (CannotListenException e) {
                taken = e;
            }
        }
        throw taken;
    }

    private List<InetSocketAddress> probeAll() {
        int chosen = port;
        List<InetSocketAddress> usable = new ArrayList<>();
        for (String address : addresses) {
            InetAddress resolved = resolve(address);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(resolved, chosen));
                chosen = socket.getLocalPort();
                usable.add(new InetSocketAddress(resolved, chosen));
            } catch (IOException e) {
                if (!isMissingIpv6(address, usable)) {
                    throw cannotListen(address, chosen, e);
                }
                LOG.log(
                        Level.WARNING,
                        "entrypoint name={0} event=skipped address={1}: this machine has no IPv6 loopback",
                        name,
                        address);
            }
        }
        return usable;
    }

    CannotListenException cannotListen(String address, int wanted, @Nullable Throwable cause) {
        String why = cause == null ? "" : " (" + cause.getMessage() + ")";
        return new CannotListenException(
                "%s cannot listen on %s port %d%s. Stop the program that listens there, or set %s or %s"
                        .formatted(name, address, wanted, why, portSetting, addressSetting),
                cause);
    }

    private InetAddress resolve(String address) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            throw new CannotListenException(
                    "%s cannot listen on %s: that is not an IP address. Set %s"
                            .formatted(name, address, addressSetting),
                    e);
        }
    }

    /** {@code localhost} may mean either loopback address, so both are listened on where there are both. */
    private static boolean isMissingIpv6(String address, List<InetSocketAddress> usable) {
        if (!address.equals(IPV6_LOOPBACK) || usable.isEmpty()) {
            return false;
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(IPV6_LOOPBACK), 0));
            return false;
        } catch (IOException _) {
            return true; // not even a free port can be bound
        }
    }
}
