package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Whether plain HTTP leads to HTTPS and serves nothing itself. */
final class RedirectCheck implements Check {
    @Override
    public String name() {
        return "HTTP to HTTPS";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.hosts().stream()
                .filter(host -> "https".equalsIgnoreCase(host.getScheme()))
                .map(host -> examine(host, examination))
                .toList();
    }

    private static Finding examine(URI host, Examination examination) {
        Integer port = examination.httpPort(host);
        if (port == null) {
            return Finding.notChecked(
                    host.getHost(), "redirect", "the port of plain HTTP is not known here; name it with --http-port");
        }
        URI clear = URI.create("http://%s%s%s?doctor=1"
                .formatted(
                        host.getHost(),
                        port == 80 ? "" : ":" + port,
                        Urls.path(host).isEmpty() ? "/" : Urls.path(host)));
        Answer answer = examination.web().askInClear(clear);
        if (!answer.isAnswered()) {
            return Finding.notChecked(clear, "redirect", answer.failure());
        }
        if (answer.isRedirect()) {
            return judge(host, clear, answer);
        }
        if (answer.status() >= 400) {
            return Finding.ok(clear, "refused over plain HTTP: " + answer.words());
        }
        return Finding.problem(
                clear,
                "is served over plain HTTP: " + answer.words(),
                "Whoever mistypes the address sends tokens and sign-ins in clear, and a man in the middle can answer.",
                "Let port %d answer every request with a redirect (308 or 301) to the same path at https://."
                        .formatted(port));
    }

    private static Finding judge(URI host, URI clear, Answer answer) {
        String location = answer.header("Location").orElseThrow();
        Optional<URI> target = Urls.parse(location);
        if (target.isEmpty() || !"https".equalsIgnoreCase(target.get().getScheme())) {
            return Finding.problem(
                    clear,
                    "redirects to %s, which is not https".formatted(location),
                    "Whoever mistypes the address goes on in clear.",
                    "Redirect to the same path at https://.");
        }
        if (!Urls.isSameOrigin(target.get(), host)) {
            return Finding.warning(
                    clear,
                    "redirects to another host or port: " + location,
                    "Clients and people end up at an address that is not the one they typed.",
                    "Redirect to %s with the same path.".formatted(Urls.origin(host)));
        }
        if (!String.valueOf(target.get().getRawQuery()).equals(clear.getRawQuery())
                || !Urls.path(target.get()).equals(Urls.path(clear))) {
            return Finding.warning(
                    clear,
                    "redirects to %s and loses the path or the query".formatted(location),
                    "Links into the gateway end at the wrong page.",
                    "Redirect to the same path and query at https://.");
        }
        return Finding.ok(clear, "%d to %s".formatted(answer.status(), location));
    }
}
