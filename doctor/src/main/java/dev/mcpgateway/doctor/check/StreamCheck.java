package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.client.McpCall;
import dev.mcpgateway.doctor.client.Session;
import dev.mcpgateway.doctor.discovery.Discovery;
import dev.mcpgateway.doctor.report.Finding;
import dev.mcpgateway.doctor.web.Web.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether events reach a client when they are sent, and streams stay open. Listens to one stream per service. */
final class StreamCheck implements Check {
    private static final String READY = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";

    /** Nearer than this, events came in one piece. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    private final Duration watch;
    private final Duration late;

    /**
     * @param watch how long a stream is listened to
     * @param late what comes after this time was held back
     */
    StreamCheck(Duration watch, Duration late) {
        this.watch = watch;
        this.late = late;
    }

    /**
     * A piece of the stream.
     *
     * @param bytes one in each character; empty for the end of the stream
     */
    private record Piece(Duration at, String bytes) {
        boolean isEnd() {
            return bytes.isEmpty();
        }
    }

    @Override
    public String name() {
        return "Event stream";
    }

    @Override
    public List<Finding> run(Examination examination) {
        return examination.forEachService("event stream", discovery -> {
            URI service = discovery.service();
            Optional<String> token = examination.sessions().stream()
                    .filter(session -> session.signIn().discovery().service().equals(service))
                    .map(Session::tokens)
                    .map(tokens -> tokens.access())
                    .findFirst();
            boolean isOpen = discovery.refusal().status() == 200;
            return token.isEmpty() && !isOpen
                    ? List.of(Finding.notChecked(
                            service, "event stream", "it needs a sign-in that succeeded (--sign-in)"))
                    : examine(service, token.orElse(""), examination);
        });
    }

    private List<Finding> examine(URI service, String token, Examination examination) {
        McpCall initialized = McpCall.initialize(examination.web(), service, token);
        if (initialized.status() != 200) {
            return List.of(Finding.notChecked(
                    service, "event stream", "the MCP server answers initialize with " + initialized.words()));
        }
        McpCall.post(examination.web(), service, token, initialized.sessionId(), READY);
        List<Finding> findings = listen(service, token, initialized.sessionId(), examination);
        if (initialized.sessionId() != null) {
            examination.web().send("DELETE", service, McpCall.headers(token, initialized.sessionId(), Map.of()), "");
        }
        return findings;
    }

    private List<Finding> listen(URI service, String token, @Nullable String sessionId, Examination examination) {
        Map<String, String> headers = new HashMap<>(McpCall.headers(token, sessionId, Discovery.MESSAGE_HEADERS));
        headers.remove("Content-Type");
        headers.put("Accept", "text/event-stream");
        headers.put("Accept-Encoding", "gzip, deflate, br");
        long start = System.nanoTime();
        return switch (examination.web().open("GET", service, headers, "")) {
            case Outcome.Failed<InputStream>(var words) ->
                List.of(Finding.warning(
                        service,
                        "the event stream does not begin: " + words,
                        "The MCP server, or something before it, holds back the head of the answer until there is an"
                                + " event. Some clients take that for a failure and ask again and again.",
                        "Let the MCP server send the head at once, and turn off buffering of answers for this service"
                                + " (nginx: proxy_buffering off)."));
            case Outcome.Answered<InputStream>(var response)
            when response.statusCode() != 200 -> {
                close(response);
                yield List.of(Finding.notChecked(
                        service,
                        "event stream",
                        response.statusCode() == 405
                                ? "the MCP server offers none (405), as it may"
                                : "GET is answered with %d".formatted(response.statusCode())));
            }
            case Outcome.Answered<InputStream>(var response) -> {
                Duration begun = since(start);
                List<Piece> pieces = watch(response, start);
                close(response);
                yield judge(service, response.headers(), begun, pieces);
            }
        };
    }

    /** What comes within the time, or until events came twice. */
    private List<Piece> watch(HttpResponse<InputStream> response, long start) {
        BlockingQueue<Piece> arriving = new LinkedBlockingQueue<>(1000);
        Thread reader = Thread.ofVirtual().start(() -> read(response.body(), start, arriving));
        List<Piece> pieces = new ArrayList<>();
        try {
            while (pieces.size() < 1000) {
                Duration left = watch.minus(since(start));
                Piece piece = arriving.poll(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
                if (piece == null) {
                    break;
                }
                pieces.add(piece);
                if (piece.isEnd() || isEnough(pieces)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            reader.interrupt();
        }
        return pieces;
    }

    private static boolean isEnough(List<Piece> pieces) {
        return pieces.getLast().at().minus(pieces.getFirst().at()).compareTo(AT_ONCE) > 0;
    }

    private static void read(InputStream in, long start, BlockingQueue<Piece> arriving) {
        try {
            byte[] buffer = new byte[8192];
            for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
                arriving.put(new Piece(since(start), new String(buffer, 0, length, StandardCharsets.ISO_8859_1)));
            }
            arriving.put(new Piece(since(start), ""));
        } catch (IOException _) {
            // closed by us, or broken off: no end was seen
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // nobody listens any more
        }
    }

    private List<Finding> judge(URI service, HttpHeaders headers, Duration begun, List<Piece> pieces) {
        List<Finding> findings = new ArrayList<>();
        String type = headers.firstValue("Content-Type").orElse("");
        if (!type.startsWith("text/event-stream")) {
            findings.add(Finding.warning(
                    service,
                    "GET is answered with 200 and %s instead of an event stream"
                            .formatted(type.isEmpty() ? "no type" : type),
                    "Clients take the body for events.",
                    "Answer GET with text/event-stream or with 405."));
            return findings;
        }
        String encoding = headers.firstValue("Content-Encoding").orElse("identity");
        if (!encoding.equals("identity")) {
            findings.add(Finding.warning(
                    service,
                    "the event stream is compressed (%s)".formatted(encoding),
                    "Compression collects data before it sends any, so events come late or in bursts.",
                    "Leave text/event-stream out of what is compressed."));
        }
        if (headers.firstValue("Content-Length").isPresent()) {
            findings.add(
                    heldBack(service, "the event stream has a Content-Length: it was collected until it was over"));
        }
        List<Piece> data = pieces.stream().filter(piece -> !piece.isEnd()).toList();
        long events = events(data);
        boolean isBurst = events > 1 && !isEnough(data);
        if (isBurst && pieces.getFirst().at().compareTo(late) > 0) {
            findings.add(heldBack(
                    service,
                    "%d events came all at once after %s"
                            .formatted(events, seconds(pieces.getFirst().at()))));
        } else if (begun.compareTo(late) > 0) {
            findings.add(heldBack(service, "the event stream began only after " + seconds(begun)));
        }
        boolean isEnded = !pieces.isEmpty() && pieces.getLast().isEnd();
        if (findings.isEmpty() && isEnded && pieces.getLast().at().compareTo(watch) < 0) {
            findings.add(Finding.warning(
                    service,
                    "the event stream was closed after "
                            + seconds(pieces.getLast().at()),
                    "Clients open it again and again, and miss what the server tells between.",
                    "Raise the idle time-outs of what stands before and behind the gateway, and let the MCP server keep"
                            + " streams open."));
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(service, "begins after %s; %s".formatted(seconds(begun), arrivals(pieces))));
        }
        return findings;
    }

    private String arrivals(List<Piece> pieces) {
        return switch (pieces.size()) {
            case 0 -> "nothing was sent in %s, and it stays open".formatted(seconds(watch));
            case 1 ->
                "the first data came after %s"
                        .formatted(seconds(pieces.getFirst().at()));
            default ->
                "what the server sends arrives piece by piece, the last two %s apart"
                        .formatted(seconds(pieces.getLast()
                                .at()
                                .minus(pieces.get(pieces.size() - 2).at())));
        };
    }

    private static Finding heldBack(URI service, String what) {
        return Finding.problem(
                service,
                what,
                "Something between the MCP server and the client buffers answers. Progress and messages come too late, and"
                        + " clients give up on calls that are under way.",
                "Turn off buffering of answers for this service (nginx: proxy_buffering off; X-Accel-Buffering: no), and"
                        + " leave text/event-stream out of compression and caching.");
    }

    private static long events(List<Piece> pieces) {
        StringBuilder text = new StringBuilder();
        pieces.forEach(piece -> text.append(piece.bytes()));
        return text.toString().split("\r?\n\r?\n", -1).length - 1L;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String seconds(Duration time) {
        return "%d.%01d s".formatted(time.toSeconds(), time.toMillisPart() / 100);
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException _) {
            // it is not read any more
        }
    }
}
