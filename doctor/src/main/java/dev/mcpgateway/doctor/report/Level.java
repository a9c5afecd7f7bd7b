package dev.mcpgateway.doctor.report;

/** How much a finding matters. */
public enum Level {
    OK("ok"),
    /** Some clients, or something later, will suffer. */
    WARNING("warning"),
    /** Clients cannot connect, or somebody can do what they should not. */
    PROBLEM("problem"),
    /** Nothing is known; the finding says why. */
    NOT_CHECKED("not checked");

    private final String words;

    Level(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
