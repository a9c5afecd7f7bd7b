package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;

/**
 * Something did not work.
 *
 * @param problem says what, and what can be done about it
 * @param errorId also in the log
 */
@JStache(path = "error")
public record ErrorPage(Language language, Problem problem, String errorId) implements Page {
    /**
     * What did not work.
     *
     * @param what one sentence for the person in front of the browser
     * @param advice what they can do about it
     * @param detail in English, for those who know the matter; empty for none
     */
    public record Problem(Message title, Message what, Message advice, String detail) {
        public Problem(Message title, Message what, Message advice) {
            this(title, what, advice, "");
        }
    }

    @Override
    public String html() {
        return ErrorPageRenderer.of().execute(this);
    }

    String headline() {
        return problem.title().in(language);
    }

    String what() {
        return problem.what().in(language);
    }

    String advice() {
        return problem.advice().in(language);
    }

    String detail() {
        return problem.detail();
    }

    boolean detailed() {
        return !problem.detail().isEmpty();
    }
}
