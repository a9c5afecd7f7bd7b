package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether the router serves what was configured last, and which routes ask for no token. */
final class RoutesCheck implements Check {
    private final Management management;

    RoutesCheck(Management management) {
        this.management = management;
    }

    @Override
    public String name() {
        return "Routes";
    }

    @Override
    public List<Finding> run(Examination examination) {
        Answer answer = management.ask(management.router(), "/admin/routes");
        if (answer.status() != 200 || answer.json().isEmpty()) {
            return List.of(Finding.notChecked(
                    management.router(),
                    "routes",
                    "/admin/routes: %s; ADMIN_TOKEN_FILE must name the file with the token".formatted(answer.words())));
        }
        JsonObject routes = answer.json().get();
        List<Finding> findings = new ArrayList<>();
        if (routes.get("rejected") instanceof JsonObject rejected) {
            findings.add(Finding.problem(
                    "gateway.yaml",
                    "the newest version is not in force: " + texts(rejected.get("problems")),
                    "The router goes on with the version before.",
                    "Correct what is named; ops/gateway config validate reads the file without starting anything."));
        }
        if (routes.get("labels") instanceof JsonObject labels && labels.get("problem") instanceof JsonString problem) {
            findings.add(Finding.problem(
                    "Docker labels",
                    problem.getString(),
                    "Routes of containers are not up to date.",
                    "Let the router reach the Docker API that it is set to."));
        }
        String open = routes.get("routes") instanceof JsonArray array
                ? array.stream()
                        .filter(route -> route instanceof JsonObject object
                                && object.getString("access", "").equals("open"))
                        .map(route -> route.asJsonObject().getString("name", ""))
                        .collect(Collectors.joining(", "))
                : "";
        if (!open.isEmpty()) {
            findings.add(Finding.warning(
                    management.router(),
                    "these routes ask for no token: " + open,
                    "Everybody on the Internet can use what is behind them.",
                    "Let them ask for a token, unless that is wanted."));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(management.router(), "the configuration written last is in force"));
        }
        return findings;
    }

    private static String texts(@Nullable JsonValue array) {
        return array instanceof JsonArray values
                ? values.stream()
                        .filter(JsonString.class::isInstance)
                        .map(value -> ((JsonString) value).getString())
                        .collect(Collectors.joining("; "))
                : "";
    }
}
