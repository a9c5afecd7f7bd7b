package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Urls;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether every host name has addresses, and hosts below one domain the same ones. */
final class DnsCheck implements Check {
    @Override
    public String name() {
        return "DNS";
    }

    @Override
    public List<Finding> run(Examination examination) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Map<String, Set<InetAddress>>> byDomain = new HashMap<>();
        for (URI host : examination.hosts()) {
            try {
                List<InetAddress> addresses = examination.resolver().resolve(host.getHost());
                findings.add(judge(host, addresses));
                byDomain.computeIfAbsent(domain(host), _ -> new HashMap<>()).put(host.getHost(), Set.copyOf(addresses));
            } catch (UnknownHostException _) {
                findings.add(Finding.problem(
                        host.getHost(),
                        "the name has no address",
                        "No client finds the gateway.",
                        "Add an A record (and AAAA where the server has IPv6) for this name, or one for all names below"
                                + " the domain (*), that leads to the gateway's public address."));
            }
        }
        byDomain.values().forEach(hosts -> findings.addAll(compare(hosts)));
        return findings;
    }

    private static Finding judge(URI host, List<InetAddress> addresses) {
        String all = addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
        if (Urls.isLoopback(host)) {
            return Finding.ok(host.getHost(), "%s; only programs on this machine reach it".formatted(all));
        }
        if (addresses.stream().anyMatch(Resolver::isPrivate)) {
            return Finding.warning(
                    host.getHost(),
                    "has an address that is not on the public Internet: " + all,
                    "Clients that run elsewhere, such as claude.ai and ChatGPT, cannot come here; those in this network"
                            + " can.",
                    "For hosted clients let the name lead to a public address. Check too that this machine does not get"
                            + " another answer than the rest of the world (hosts file, split DNS).");
        }
        return Finding.ok(host.getHost(), all);
    }

    private static List<Finding> compare(Map<String, Set<InetAddress>> hosts) {
        return Set.copyOf(hosts.values()).size() <= 1
                ? List.of()
                : List.of(Finding.warning(
                        hosts.keySet().stream().sorted().collect(Collectors.joining(", ")),
                        "do not have the same addresses",
                        "One gateway answers for all of these hosts. A record that was forgotten in a move leads clients"
                                + " to an old server for some steps only, which is hard to see.",
                        "Let all of them lead to the same addresses, unless they are separate machines on purpose."));
    }

    private static String domain(URI host) {
        return host.getHost().substring(host.getHost().indexOf('.') + 1);
    }
}
