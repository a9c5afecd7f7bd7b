package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Answer;
import dev.mcpgateway.doctor.web.Urls;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the servers' clocks agree with ours, by the {@code Date} of an answer. */
final class ClockCheck implements Check {
    private static final Duration TOLERABLE = Duration.ofSeconds(30);

    /** Beyond this, most verifiers of tokens refuse. */
    private static final Duration TOO_MUCH = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "Clock";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.hosts().stream()
                .map(host -> examine(host, examination))
                .toList();
    }

    private static Finding examine(URI host, Examination examination) {
        Answer answer = examination.web().send("GET", Urls.at(host, "/"), Map.of(), "");
        if (!answer.isAnswered()) {
            return Finding.notChecked(Urls.authority(host), "clock", answer.failure());
        }
        Optional<Instant> date = answer.header("Date").flatMap(ClockCheck::parse);
        return date.isEmpty()
                ? Finding.notChecked(Urls.authority(host), "clock", "its answers have no Date that can be read")
                : judge(host, Duration.between(examination.clock().instant(), date.get()));
    }

    private static Finding judge(URI host, Duration ahead) {
        Duration off = ahead.abs();
        String words = "its clock is %d s %s this machine's"
                .formatted(off.toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
        String why = "Tokens and codes carry times. Where clocks differ, they count as expired or as not yet good, and"
                + " sign-in fails right after it worked.";
        String fix = "Synchronise both clocks (NTP): the server's, and this machine's if it is the one that is wrong.";
        if (off.compareTo(TOO_MUCH) > 0) {
            return Finding.problem(Urls.authority(host), words, why, fix);
        }
        return off.compareTo(TOLERABLE) > 0
                ? Finding.warning(Urls.authority(host), words, why, fix)
                : Finding.ok(Urls.authority(host), "its clock agrees with this machine's");
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException _) {
            return Optional.empty(); // as if there were none
        }
    }
}
