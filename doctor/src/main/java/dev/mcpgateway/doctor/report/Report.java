package dev.mcpgateway.doctor.report;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Findings for a person or for a program. */
public record Report(List<Section> sections) {
    private static final int WIDTH = 100;
    private static final String INDENT = " ".repeat(15);

    public Report {
        sections = List.copyOf(sections);
    }

    public boolean hasProblems() {
        return count(Level.PROBLEM) > 0;
    }

    /** One section, as it is shown while the next check runs. */
    public static String text(Section section) {
        return section.findings().stream()
                .map(Report::text)
                .collect(Collectors.joining("", section.check() + "\n", ""));
    }

    private static String text(Finding finding) {
        String head = "  %-11s  %s: %s%n".formatted(finding.level().words(), finding.where(), finding.what());
        return switch (finding.level()) {
            case OK -> head;
            case NOT_CHECKED -> head + paragraph("Reason: ", finding.why());
            case WARNING, PROBLEM -> head + paragraph("Why: ", finding.why()) + paragraph("Fix: ", finding.fix());
        };
    }

    private static String paragraph(String title, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(title);
        for (String word : text.split(" ", -1)) {
            if (line.length() > title.length() && line.length() + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(title.length()));
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines.stream().map(each -> INDENT + each + "\n").collect(Collectors.joining());
    }

    /** The last line. */
    public String summary() {
        return Stream.of(Level.values())
                .map(level -> counted(count(level), level))
                .collect(Collectors.joining(", ", "", "."));
    }

    private static String counted(long count, Level level) {
        return switch (level) {
            case OK, NOT_CHECKED -> "%d %s".formatted(count, level.words());
            case WARNING, PROBLEM -> "%d %s%s".formatted(count, level.words(), count == 1 ? "" : "s");
        };
    }

    /** The findings in their order, and how many there are of each level. */
    public JsonObject json() {
        JsonArrayBuilder findings = Json.createArrayBuilder();
        for (Section section : sections) {
            section.findings().forEach(finding -> findings.add(json(section.check(), finding)));
        }
        JsonObjectBuilder summary = Json.createObjectBuilder();
        Stream.of(Level.values()).forEach(level -> summary.add(key(level), count(level)));
        return Json.createObjectBuilder()
                .add("summary", summary)
                .add("findings", findings)
                .build();
    }

    private static JsonObjectBuilder json(String check, Finding finding) {
        return Json.createObjectBuilder()
                .add("check", check)
                .add("level", key(finding.level()))
                .add("where", finding.where())
                .add("what", finding.what())
                .add("why", finding.why())
                .add("fix", finding.fix());
    }

    private static String key(Level level) {
        return level.words().replace(' ', '_');
    }

    private long count(Level level) {
        return sections.stream()
                .flatMap(section -> section.findings().stream())
                .filter(finding -> finding.level() == level)
                .count();
    }
}
