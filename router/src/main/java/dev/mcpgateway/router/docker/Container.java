package dev.mcpgateway.router.docker;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A running container, as far as routes need to know it.
 *
 * @param name unique on its machine, for messages
 * @param labels by name
 * @param addresses by the network's name, as literals that fit into a URL; networks without an address are left out
 * @param ports that it exposes over TCP, the lowest first
 */
public record Container(String name, Map<String, String> labels, Map<String, String> addresses, List<Integer> ports) {
    private static final String COMPOSE_SERVICE = "com.docker.compose.service";
    private static final int MAX_PORT = 65_535;

    public Container {
        labels = new LinkedHashMap<>(labels);
        addresses = new LinkedHashMap<>(addresses);
        ports = List.copyOf(ports);
    }

    /**
     * One of the list that the Docker API gives.
     *
     * @see <a
     *     href="https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Container/operation/ContainerList">Docker
     *     Engine API, list containers</a>
     */
    static Container of(Json listed) {
        String name = listed.get("Names")
                .items()
                .findFirst()
                .flatMap(Json::text)
                .or(() -> listed.get("Id").text())
                .orElse("?");
        Map<String, String> labels = new LinkedHashMap<>();
        listed.get("Labels")
                .members()
                .forEach((label, value) -> value.text().ifPresent(text -> labels.put(label, text)));
        Map<String, String> addresses = new LinkedHashMap<>();
        listed.get("NetworkSettings")
                .get("Networks")
                .members()
                .forEach(
                        (network, settings) -> address(settings).ifPresent(address -> addresses.put(network, address)));
        List<Integer> ports = listed.get("Ports")
                .items()
                .filter(port -> port.get("Type").text().orElse("").equals("tcp"))
                .flatMap(port -> port.get("PrivatePort") instanceof Json.Whole(var number)
                        ? Stream.of(Math.clamp(number, 0, MAX_PORT))
                        : Stream.empty())
                .filter(port -> port > 0)
                .distinct()
                .sorted()
                .toList();
        return new Container(name.startsWith("/") ? name.substring(1) : name, labels, addresses, ports);
    }

    /** What others on its networks may call it: its name, and its service's in a compose project. */
    Stream<String> hostNames() {
        return Stream.of(Optional.of(name), Optional.ofNullable(labels.get(COMPOSE_SERVICE)))
                .flatMap(Optional::stream);
    }

    private static Optional<String> address(Json network) {
        return Stream.of(network.get("IPAddress"), network.get("GlobalIPv6Address"))
                .flatMap(address -> address.text().stream())
                .flatMap(address -> literal(address).stream())
                .findFirst();
    }

    private static Optional<String> literal(String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            return Optional.of(
                    address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress());
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // often empty: the network gave it none
        }
    }

    /** Without labels, whose values may be secret. */
    @Override
    public String toString() {
        return name
                + addresses.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(",", "[", "]"));
    }
}
