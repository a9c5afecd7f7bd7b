package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.fake.FakeGateway;
import dev.mcpgateway.doctor.fake.Reply;
import dev.mcpgateway.doctor.fake.TestAuthority;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Level;
import dev.mcpgateway.doctor.web.Resolver;
import dev.mcpgateway.doctor.web.Trust;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** A gateway that is examined by one check at a time. */
final class Exam implements AutoCloseable {
    static final TestAuthority AUTHORITY = new TestAuthority();

    final FakeGateway gateway;

    private Exam(FakeGateway gateway) {
        this.gateway = gateway;
    }

    /** Of a gateway that does everything right. */
    static Exam begin() {
        return begin(AUTHORITY.server());
    }

    static Exam begin(SSLContext tls) {
        return new Exam(FakeGateway.start(tls));
    }

    Exam spoil(String request, UnaryOperator<Reply> fault) {
        gateway.spoil(request, fault);
        return this;
    }

    Examination examination() {
        return examination(Resolver.SYSTEM, Clock.systemUTC(), gateway.service());
    }

    Examination examination(Resolver resolver, Clock clock, URI... services) {
        return new Examination(
                List.of(services),
                gateway.httpPort(),
                Trust.of(List.of(AUTHORITY.root())),
                resolver,
                clock,
                Duration.ofSeconds(5));
    }

    List<Finding> run(Check check) {
        try (Examination examination = examination()) {
            return check.run(examination);
        }
    }

    /** What is not ok, as {@code level: what}. */
    List<String> faults(Check check) {
        return faults(run(check));
    }

    static List<String> faults(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.level() != Level.OK)
                .map(finding -> finding.level().words() + ": " + finding.what())
                .toList();
    }

    @Override
    public void close() {
        gateway.close();
    }
}
