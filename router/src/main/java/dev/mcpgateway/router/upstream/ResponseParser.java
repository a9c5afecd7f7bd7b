package dev.mcpgateway.router.upstream;

import dev.mcpgateway.router.upstream.UpstreamException.BadResponse;
import dev.mcpgateway.router.upstream.UpstreamException.ConnectionLost;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads heads, chunk sizes and trailers as RFC 9112 writes them, without the leniency it permits: lines end in CRLF, no
 * obs-fold, no white space around a name, one way to find the end of the body.
 */
final class ResponseParser {
    private static final int FIRST_LINE_BYTES = 128;
    private static final int MAX_CHUNK_LINE_BYTES = 256;
    private static final int MAX_LENGTH_DIGITS = 18;
    private static final int MAX_CHUNK_DIGITS = 15;
    private static final int STATUS_END = "HTTP/1.1 200".length();

    private final Connection connection;
    private final UpstreamLimits limits;
    private int budget;

    /** The line that is being read, and what is left of longer ones. */
    private byte[] collected = new byte[FIRST_LINE_BYTES];

    ResponseParser(Connection connection, UpstreamLimits limits) {
        this.connection = connection;
        this.limits = limits;
    }

    /** The head of the final answer; informational answers before it are skipped. */
    ResponseHead readHead() throws UpstreamException {
        budget = limits.headBytes();
        ResponseHead head = readOneHead();
        while (head.status() < 200) {
            if (head.status() == 101) {
                throw bad("switches protocols, which was not asked for");
            }
            head = readOneHead();
        }
        return withOneLength(head);
    }

    /** The size of the next chunk; 0 for the last one. Chunk extensions are skipped. */
    long readChunkSize() throws UpstreamException {
        budget = MAX_CHUNK_LINE_BYTES;
        String line = readLine("a chunk size");
        int end = line.indexOf(';');
        String digits = end < 0 ? line : line.substring(0, end);
        if (digits.isEmpty()
                || digits.length() > MAX_CHUNK_DIGITS
                || !digits.chars().allMatch(ResponseParser::isHex)) {
            throw bad("sends a chunk size that is not a hexadecimal number");
        }
        return Long.parseLong(digits, 16);
    }

    void readChunkEnd() throws UpstreamException {
        budget = 2;
        if (!readLine("the end of a chunk").isEmpty()) {
            throw bad("sends a chunk that is longer than its size");
        }
    }

    /** Reads the trailer section and forgets it: trailers are not merged into headers. */
    void readTrailers() throws UpstreamException {
        budget = limits.trailerBytes();
        readFields("the trailers");
    }

    private ResponseHead readOneHead() throws UpstreamException {
        String line = readLine("the status line");
        boolean http11 = line.startsWith("HTTP/1.1 ");
        if (!http11 && !line.startsWith("HTTP/1.0 ")) {
            throw bad("does not answer in HTTP/1.1");
        }
        return new ResponseHead(!http11, status(line), reason(line), readFields("the headers"));
    }

    private int status(String line) throws UpstreamException {
        int status = 0;
        for (int i = STATUS_END - 3; i < STATUS_END; i++) {
            if (i >= line.length() || !HttpGrammar.isDigit(line.charAt(i))) {
                throw bad("sends a status that is not three digits");
            }
            status = status * 10 + line.charAt(i) - '0';
        }
        if (status < 100 || status > 599 || (line.length() > STATUS_END && line.charAt(STATUS_END) != ' ')) {
            throw bad("sends a status that is not between 100 and 599");
        }
        return status;
    }

    /** Some servers leave out the space before an empty reason. */
    private static String reason(String line) {
        return line.length() <= STATUS_END + 1 ? "" : HttpGrammar.trimBlanks(line.substring(STATUS_END + 1));
    }

    private HeaderList readFields(String section) throws UpstreamException {
        HeaderList.Builder fields = HeaderList.builder();
        int count = 0;
        for (String line = readLine(section); !line.isEmpty(); line = readLine(section)) {
            if (++count > limits.headers()) {
                throw bad("sends more than " + limits.headers() + " fields in " + section);
            }
            int colon = line.indexOf(':');
            if (colon < 0 || !HttpGrammar.isToken(line.substring(0, colon))) {
                throw bad("sends a line without a proper name in " + section);
            }
            fields.add(line.substring(0, colon), HttpGrammar.trimBlanks(line.substring(colon + 1)));
        }
        return fields.build();
    }

    /** Checks that the end of the body can be found in one way only. */
    private ResponseHead withOneLength(ResponseHead head) throws UpstreamException {
        List<String> codings = head.headers().all("Transfer-Encoding");
        List<String> lengths = head.headers().all("Content-Length");
        if (!codings.isEmpty()) {
            if (head.http10() || codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
                throw bad("uses a transfer coding other than chunked");
            }
            if (!lengths.isEmpty()) {
                throw bad("sends both Transfer-Encoding and Content-Length");
            }
        }
        if (lengths.size() > 1 && lengths.stream().distinct().count() > 1) {
            throw bad("sends two different Content-Lengths");
        }
        for (String length : lengths) {
            if (length.isEmpty()
                    || length.length() > MAX_LENGTH_DIGITS
                    || !length.chars().allMatch(HttpGrammar::isDigit)) {
                throw bad("sends a Content-Length that is not a number");
            }
        }
        return lengths.size() < 2 ? head : withoutRepetition(head, lengths.getFirst());
    }

    private static ResponseHead withoutRepetition(ResponseHead head, String length) {
        HeaderList headers = head.headers().without("Content-Length").with("Content-Length", length);
        return new ResponseHead(head.http10(), head.status(), head.reason(), headers);
    }

    /** A line without its CRLF, within what is left of the section's bytes. */
    private String readLine(String section) throws UpstreamException {
        int length = 0;
        while (true) {
            int next = readByte(section);
            if (next == '\r') {
                if (readByte(section) != '\n') {
                    throw bad("sends a bare CR in " + section);
                }
                return new String(collected, 0, length, StandardCharsets.ISO_8859_1);
            }
            if (!HttpGrammar.isFieldChar(next)) {
                throw bad(next == '\n' ? "sends a bare LF in " + section : "sends a control byte in " + section);
            }
            if (length == collected.length) {
                collected = Arrays.copyOf(collected, 2 * length);
            }
            collected[length++] = (byte) next;
        }
    }

    private int readByte(String section) throws UpstreamException {
        if (budget-- == 0) {
            throw bad("sends more than allowed for " + section);
        }
        int next = connection.read();
        if (next == -1) {
            String place = connection.isAnswering() ? "in " + section : "without an answer";
            throw new ConnectionLost(connection.endpoint(), "closed the connection " + place, null);
        }
        return next;
    }

    private static boolean isHex(int c) {
        return HttpGrammar.isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private BadResponse bad(String problem) {
        return new BadResponse(connection.endpoint(), problem);
    }
}
