package dev.mcpgateway.doctor;

import dev.mcpgateway.doctor.check.Check;
import dev.mcpgateway.doctor.check.Checks;
import dev.mcpgateway.doctor.check.Examination;
import dev.mcpgateway.doctor.client.Browser;
import dev.mcpgateway.doctor.local.LocalChecks;
import dev.mcpgateway.doctor.report.Printable;
import dev.mcpgateway.doctor.report.Report;
import dev.mcpgateway.doctor.report.Section;
import dev.mcpgateway.doctor.web.Resolver;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** {@code ops/gateway doctor}. */
public final class DoctorMain {
    private static final int NO_PROBLEM = 0;
    private static final int PROBLEMS = 1;
    private static final int WRONG_USAGE = 2;
    private static final int NOTHING_ANSWERED = 3;

    private DoctorMain() {}

    public static void main(String[] line) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Runtime.getRuntime().exit(run(List.of(line), System.getenv(), out, err));
    }

    /** Returns the exit code. */
    static int run(List<String> line, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            Arguments arguments = Arguments.parse(line);
            if (arguments.help()) {
                out.print(Arguments.USAGE);
                return NO_PROBLEM;
            }
            return examine(arguments, Target.of(arguments, environment), out, err);
        } catch (UsageException e) {
            err.println(Printable.of(e.getMessage() == null ? "" : e.getMessage()));
            return WRONG_USAGE;
        }
    }

    private static int examine(Arguments arguments, Target target, PrintStream out, PrintStream err) {
        Consumer<Section> shown = arguments.json() ? _ -> {} : section -> out.println(Report.text(section));
        try (Examination examination = new Examination(
                target.services(),
                arguments.httpPort(),
                target.trust(),
                Resolver.SYSTEM,
                Clock.systemUTC(),
                arguments.timeout())) {
            if (!arguments.json()) {
                out.printf("Checking %s%n%n", Printable.of(services(target)));
            }
            boolean isAnythingThere = Checks.isAnythingThere(examination);
            Report report = new Report(Checks.run(checks(arguments, target, err), examination, shown));
            if (arguments.json()) {
                out.println(report.json());
            } else {
                out.println(report.summary());
            }
            if (!isAnythingThere) {
                err.println("Nothing answers at " + Printable.of(services(target)) + ".");
                return NOTHING_ANSWERED;
            }
            return report.hasProblems() ? PROBLEMS : NO_PROBLEM;
        }
    }

    private static String services(Target target) {
        return target.services().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static List<Check> checks(Arguments arguments, Target target, PrintStream err) {
        Browser person = (client, page) -> err.printf(
                "%nSign in as %s does: open this page in a browser. Waiting for at most 5 minutes ...%n  %s%n%n",
                client, page);
        List<Check> checks = new ArrayList<>(Checks.reading(arguments.profiles()));
        if (!arguments.readOnly()) {
            checks.addAll(Checks.registering(arguments.profiles()));
        }
        if (arguments.signIn()) {
            checks.addAll(Checks.signingIn(arguments.profiles(), person));
        }
        if (arguments.local() && target.management() != null) {
            checks.addAll(LocalChecks.all(target.management()));
        }
        return checks;
    }
}
