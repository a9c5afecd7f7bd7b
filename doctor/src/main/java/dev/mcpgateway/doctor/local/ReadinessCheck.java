package dev.mcpgateway.doctor.local;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Whether oracle and router say that they are ready. */
final class ReadinessCheck implements Check {
    private final Management management;

    ReadinessCheck(Management management) {
        this.management = management;
    }

    @Override
    public String name() {
        return "Readiness";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return Stream.of(ask("oracle", management.oracle()), ask("router", management.router()))
                .toList();
    }

    private Finding ask(String name, URI listener) {
        Answer answer = management.ask(listener, "/health/ready");
        if (answer.status() == 200) {
            return Finding.ok(listener, "the %s is ready".formatted(name));
        }
        return Finding.problem(
                listener,
                "the %s is not ready: %s"
                        .formatted(name, answer.isAnswered() ? answer.body().strip() : answer.failure()),
                "It refuses all or part of what clients ask; without its store the oracle lets nobody in.",
                answer.isAnswered()
                        ? "Start what is named as missing, and look in the log of the %s.".formatted(name)
                        : "Start the %s, or correct the address of its management listener.".formatted(name));
    }
}
