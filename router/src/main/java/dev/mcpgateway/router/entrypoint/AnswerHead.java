package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import io.helidon.http.DateTime;
import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;

/** Writes the head of an answer in HTTP/1.1. */
final class AnswerHead {
    private final StringBuilder text = new StringBuilder(512);

    private AnswerHead() {}

    /** @param headers end-to-end fields without framing */
    static AnswerHead of(int status, HeaderList headers) {
        AnswerHead head = new AnswerHead();
        String reason = Status.create(status).reasonPhrase();
        head.text.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
        if (!headers.contains("Date")) {
            head.add("Date", DateTime.rfc1123String());
        }
        for (HeaderList.Header header : headers) {
            head.add(header.name(), header.value());
        }
        return head;
    }

    AnswerHead add(String name, String value) {
        text.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    /** ISO-8859-1: header values hold one character per byte. */
    byte[] bytes() {
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
