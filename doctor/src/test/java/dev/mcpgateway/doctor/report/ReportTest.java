package dev.mcpgateway.doctor.report;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Report REPORT = new Report(List.of(
            new Section("DNS", List.of(Finding.ok("echo.example.com", "203.0.113.7"))),
            new Section(
                    "Clock",
                    List.of(
                            Finding.problem("echo.example.com:443", "is late", "It matters.", "Set it."),
                            Finding.notChecked("other.example.com:443", "clock", "no Date")))));

    @Test
    void saysWhatWhyAndHowToFixIt() {
        assertThat(Report.text(REPORT.sections().getLast())).isEqualTo("""
                Clock
                  problem      echo.example.com:443: is late
                               Why: It matters.
                               Fix: Set it.
                  not checked  other.example.com:443: clock
                               Reason: no Date
                """);
        assertThat(REPORT.summary()).isEqualTo("1 ok, 0 warnings, 1 problem, 1 not checked.");
        assertThat(REPORT.hasProblems()).isTrue();
    }

    @Test
    void breaksLongLines() {
        String words = "word ".repeat(60).strip();

        assertThat(Report.text(new Section("x", List.of(Finding.problem("a", "b", words, "f"))))
                        .lines())
                .allMatch(line -> line.length() < 120)
                .hasSize(7);
    }

    @Test
    void tellsProgramsTheSame() {
        JsonObject json = REPORT.json();

        assertThat(json.getJsonObject("summary").getInt("not_checked")).isEqualTo(1);
        assertThat(json.getJsonArray("findings").getJsonObject(1).toString())
                .isEqualTo("{\"check\":\"Clock\",\"level\":\"problem\",\"where\":\"echo.example.com:443\","
                        + "\"what\":\"is late\",\"why\":\"It matters.\",\"fix\":\"Set it.\"}");
    }

    @Test
    void letsNoServerWriteToTheTerminal() {
        Finding finding = Finding.warning("host\u001b[2J", "a\r\nb\u202ec\u0000\u009bd", "é is fine", "😀 too");

        assertThat(finding.where()).isEqualTo("host\\u001b[2J");
        assertThat(finding.what()).isEqualTo("a\\u000d\\u000ab\\u202ec\\u0000\\u009bd");
        assertThat(finding.why()).isEqualTo("é is fine");
        assertThat(finding.fix()).isEqualTo("😀 too");
        assertThat(Printable.of("x".repeat(5000))).hasSizeLessThan(1010).endsWith(" ...");
        assertThat(Printable.quote("x".repeat(5000))).hasSizeLessThan(210);
    }
}
