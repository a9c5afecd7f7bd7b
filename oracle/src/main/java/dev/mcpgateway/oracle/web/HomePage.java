package dev.mcpgateway.oracle.web;

import dev.mcpgateway.oracle.language.Language;
import io.jstach.jstache.JStache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /}: what is here and how to connect.
 *
 * @param visitor who looks, and what they may see
 * @param chosen the service whose steps are shown; null if there is none
 * @param script the URL of {@link Assets#COPY_SCRIPT}
 */
@JStache(path = "home")
public record HomePage(
        Language language, Visitor visitor, @Nullable ServiceEntry chosen, String script) implements Page {
    /**
     * Who looks.
     *
     * @param name empty if nobody is signed in
     * @param services those that the person may use, or without one, that everybody may use
     */
    public record Visitor(String name, List<ServiceEntry> services) {
        public Visitor {
            services = List.copyOf(services);
        }
    }

    /** A service in the list. */
    record Entry(String name, String resource, boolean isChosen) {}

    @Override
    public String html() {
        return HomePageRenderer.of().execute(this);
    }

    boolean signedIn() {
        return !visitor.name().isEmpty();
    }

    String signedInAs() {
        return Message.of("signed_in_as", visitor.name()).in(language);
    }

    List<Entry> entries() {
        return visitor.services().stream()
                .map(service -> new Entry(service.name(), service.resource(), several() && service.equals(chosen)))
                .toList();
    }

    boolean empty() {
        return visitor.services().isEmpty();
    }

    boolean several() {
        return visitor.services().size() > 1;
    }

    String connectTitle() {
        return chosen == null ? "" : Message.of("connect_title", chosen.name()).in(language);
    }

    List<ConnectSteps> clients() {
        return chosen == null ? List.of() : ConnectSteps.all(chosen, language);
    }
}
