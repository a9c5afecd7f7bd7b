package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.protocol.OAuthException;
import dev.mcpgateway.oracle.web.Message;
import io.helidon.http.Status;

/** The console does not show or do it. */
final class ConsoleRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Message headline;
    private final transient Message what;
    private final String detail;

    private ConsoleRefusal(Status status, Message headline, Message what, String detail) {
        super(what.key() + " " + detail, null, false, false);
        this.status = status.code();
        this.headline = headline;
        this.what = what;
        this.detail = detail;
    }

    /** There is no token to sign in with. */
    static ConsoleRefusal closed() {
        return new ConsoleRefusal(
                Status.FORBIDDEN_403, Message.of("console_closed"), Message.of("console_closed_what"), "");
    }

    /** Only whoever sits at this machine is let in. */
    static ConsoleRefusal elsewhere() {
        return new ConsoleRefusal(
                Status.FORBIDDEN_403, Message.of("console_closed"), Message.of("console_elsewhere_what"), "");
    }

    /** A form that was not given to this browser, or was too long ago. */
    static ConsoleRefusal strangeForm() {
        return new ConsoleRefusal(
                Status.FORBIDDEN_403, Message.of("console_not_done"), Message.of("console_form_what"), "");
    }

    /** What cannot be done, said in English. */
    static ConsoleRefusal of(OAuthException refusal) {
        return new ConsoleRefusal(
                refusal.error().status(),
                Message.of("console_not_done"),
                Message.of("console_refused_what"),
                refusal.description());
    }

    Status status() {
        return Status.create(status);
    }

    RefusedPage page(Visit visit) {
        return new RefusedPage(visit, headline, what, detail);
    }
}
