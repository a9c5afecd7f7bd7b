package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.Browser;
import dev.mcpgateway.doctor.client.ClientProfile;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.report.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All checks in their order: what comes first is what everything behind it needs. */
public final class Checks {
    private static final Duration PATIENCE_WITH_PEOPLE = Duration.ofMinutes(5);
    private static final Duration WATCH = Duration.ofSeconds(20);
    private static final Duration LATE = Duration.ofSeconds(2);

    private Checks() {}

    /** From the network up to what clients read. They change nothing. */
    public static List<Check> reading(List<ClientProfile> profiles) {
        return List.of(
                new DnsCheck(),
                new PortsCheck(),
                new CertificateCheck(),
                new RedirectCheck(),
                new ClockCheck(),
                new ChallengeCheck(),
                new ResourceMetadataCheck(),
                new ServerMetadataCheck(),
                new ClientsCheck(profiles),
                new CorsCheck());
    }

    /** Registers clients, and deletes them where the server lets it. */
    public static List<Check> registering(List<ClientProfile> profiles) {
        return List.of(new RegistrationCheck(profiles));
    }

    /** Signs a person in, uses what that gives, and ends it. */
    public static List<Check> signingIn(List<ClientProfile> profiles, Browser browser) {
        return List.of(
                new SignInCheck(profiles, browser, PATIENCE_WITH_PEOPLE),
                new StreamCheck(WATCH, LATE),
                new RevocationCheck());
    }

    /**
     * Runs them in turn.
     *
     * @param shown sees what each found as soon as it is done
     */
    public static List<Section> run(List<Check> checks, Examination examination, Consumer<Section> shown) {
        List<Section> sections = new ArrayList<>();
        for (Check check : checks) {
            Section section = new Section(check.name(), findings(check, examination));
            sections.add(section);
            shown.accept(section);
        }
        return sections;
    }

    /** A fault of ours in one check, such as with an answer that nobody foresaw, does not end the others. */
    private static List<Finding> findings(Check check, Examination examination) {
        try {
            return check.run(examination);
        } catch (RuntimeException e) {
            return List.of(Finding.notChecked(
                    "doctor",
                    check.name(),
                    "the doctor itself failed with %s; please report it with the URL that you checked"
                            .formatted(e.getClass().getName())));
        }
    }

    /** Whether a connection to any service can be made at all. */
    public static boolean isAnythingThere(Examination examination) {
        return PortsCheck.isAnythingThere(examination);
    }
}
