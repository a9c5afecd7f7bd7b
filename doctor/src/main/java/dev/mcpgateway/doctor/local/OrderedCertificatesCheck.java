package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.List;

/** Whether the router could order and load the certificates that it is to show. */
final class OrderedCertificatesCheck implements Check {
    private final Management management;

    OrderedCertificatesCheck(Management management) {
        this.management = management;
    }

    @Override
    public String name() {
        return "Ordered certificates";
    }

    @Override
    public List<Finding> run(Examination examination) {
        Answer answer = management.ask(management.router(), "/admin/certificates");
        if (answer.status() != 200 || answer.json().isEmpty()) {
            return List.of(Finding.notChecked(
                    management.router(),
                    "certificates",
                    "/admin/certificates: %s; ADMIN_TOKEN_FILE must name the file with the token"
                            .formatted(answer.words())));
        }
        JsonObject report = answer.json().get();
        List<Finding> findings = new ArrayList<>();
        int count = 0;
        if (report.get("certificates") instanceof JsonArray certificates) {
            count = certificates.size();
            for (int i = 0; i < count; i++) {
                if (certificates.get(i) instanceof JsonObject each
                        && each.get("problem") instanceof JsonString problem) {
                    findings.add(Finding.warning(
                            each.getString("host", ""),
                            "the last order failed: " + problem.getString(),
                            "When the certificate in use expires, clients refuse it.",
                            "Put right what is said, then try it: ops/gateway certs renew HOST."));
                }
            }
        }
        if (report.get("problems") instanceof JsonArray problems) {
            problems.getValuesAs(JsonString.class)
                    .forEach(problem -> findings.add(Finding.warning(
                            management.router(),
                            "a certificate is not used: " + problem.getString(),
                            "Another one is shown in its place.",
                            "Correct the file that is named.")));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(management.router(), "%d certificate(s), none with a problem".formatted(count)));
        }
        return findings;
    }
}
