package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Urls;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether each address of each host takes connections, for HTTPS and for the redirect from HTTP. */
final class PortsCheck implements Check {
    /** Names with more are hardly those of a gateway. */
    private static final int MAX_ADDRESSES = 8;

    @Override
    public String name() {
        return "Ports";
    }

    @Override
    public List<Finding> run(Examination examination) {
        List<Finding> findings = new ArrayList<>();
        for (URI host : examination.hosts()) {
            try {
                examine(host, examination.resolver().resolve(host.getHost()), examination, findings);
            } catch (UnknownHostException _) {
                findings.add(Finding.notChecked(host.getHost(), "ports", "the name has no address"));
            }
        }
        return findings;
    }

    /** Whether any service takes a connection at all. */
    static boolean isAnythingThere(Examination examination) {
        return examination.services().stream().anyMatch(service -> {
            try {
                return examination.resolver().resolve(service.getHost()).stream()
                        .anyMatch(address -> connect(address, Urls.port(service), examination)
                                .isEmpty());
            } catch (UnknownHostException _) {
                return false; // a name without address leads nowhere
            }
        });
    }

    private static void examine(
            URI host, List<InetAddress> addresses, Examination examination, List<Finding> findings) {
        Map<InetAddress, String> failures = new LinkedHashMap<>();
        addresses.stream()
                .limit(MAX_ADDRESSES)
                .forEach(address -> failures.put(address, connect(address, Urls.port(host), examination)));
        boolean isThereSome = failures.containsValue("");
        failures.forEach((address, failure) -> {
            String where = "%s:%d at %s".formatted(host.getHost(), Urls.port(host), address.getHostAddress());
            if (failure.isEmpty()) {
                findings.add(Finding.ok(where, "takes connections"));
            } else if (failure.startsWith("this machine")) {
                findings.add(Finding.notChecked(where, "HTTPS", failure));
            } else if (isThereSome && Urls.isLoopback(host)) {
                findings.add(Finding.ok(where, failure + "; clients take the other address of this machine"));
            } else {
                findings.add(Finding.problem(
                        where,
                        "HTTPS: " + failure,
                        isThereSome
                                ? "Clients that try this address first wait for nothing or give up, so sign-in fails for"
                                        + " some people only."
                                : "Nobody reaches the gateway.",
                        address instanceof Inet6Address && isThereSome
                                ? "Let the gateway listen on IPv6 and the firewall pass it, or take the AAAA record away."
                                : "Start the gateway, publish the port, and let firewalls and the router in front of it"
                                        + " pass TCP to it."));
            }
        });
        if (!Urls.isLoopback(host) && Urls.port(host) != 443) {
            findings.add(Finding.warning(
                    Urls.authority(host),
                    "is not at port 443",
                    "Some hosted clients connect to port 443 only, and many company networks let nothing else out.",
                    "Publish the gateway at port 443."));
        }
        examineHttp(host, addresses, examination, findings);
    }

    private static void examineHttp(
            URI host, List<InetAddress> addresses, Examination examination, List<Finding> findings) {
        Integer port = examination.httpPort(host);
        if (port == null) {
            findings.add(Finding.notChecked(
                    host.getHost(), "plain HTTP", "its port is not known here; name it with --http-port"));
            return;
        }
        String where = host.getHost() + ":" + port;
        boolean isThereSome = addresses.stream()
                .limit(MAX_ADDRESSES)
                .anyMatch(address -> connect(address, port, examination).isEmpty());
        findings.add(
                isThereSome
                        ? Finding.ok(where, "takes connections")
                        : Finding.warning(
                                where,
                                "plain HTTP: nothing answers",
                                "People who type the address without https:// see an error, and certificates that are"
                                        + " ordered by HTTP-01 (port 80) are not renewed.",
                                "Publish the port that redirects to HTTPS."));
    }

    /** Why there is no connection; empty if there is. */
    private static String connect(InetAddress address, int port, Examination examination) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address, port),
                    Math.toIntExact(examination.timeout().toMillis()));
            return "";
        } catch (SocketTimeoutException _) {
            return "no answer; something drops the packets";
        } catch (NoRouteToHostException _) {
            return unreachable(address);
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("unreachable")
                    ? unreachable(address)
                    : "connection refused (%s)".formatted(e.getMessage());
        }
    }

    private static String unreachable(InetAddress address) {
        return address instanceof Inet6Address ? "this machine has no way to IPv6 addresses" : "no way leads there";
    }
}
