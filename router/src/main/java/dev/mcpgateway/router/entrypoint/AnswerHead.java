package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.http2.Field;
import dev.mcpgateway.router.upstream.HeaderList;
import io.helidon.http.DateTime;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The head of an answer, whatever the version of HTTP.
 *
 * @param headers end-to-end fields, {@code Content-Length} included where the length is known
 * @param chunked whether a body of unknown length follows
 * @param close whether the client is told that the connection ends
 */
record AnswerHead(int status, HeaderList headers, boolean chunked, boolean close) {
    /** In ISO-8859-1: header values hold one character per byte. */
    byte[] http1() {
        StringBuilder text = new StringBuilder(512);
        String reason = Status.create(status).reasonPhrase();
        text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
        if (!headers.contains("Date")) {
            append(text, "Date", DateTime.rfc1123String());
        }
        for (HeaderList.Header header : headers) {
            append(text, header.name(), header.value());
        }
        if (chunked) {
            append(text, "Transfer-Encoding", "chunked");
        }
        if (close) {
            append(text, "Connection", "close");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Names in lower case; framing and closing are up to the frames. */
    List<Field> http2() {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field(":status", Integer.toString(status)));
        if (!headers.contains("Date")) {
            fields.add(new Field("date", DateTime.rfc1123String()));
        }
        for (HeaderList.Header header : headers) {
            fields.add(new Field(header.name().toLowerCase(Locale.ROOT), header.value()));
        }
        return fields;
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
}
