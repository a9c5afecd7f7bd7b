package dev.mcpgateway.router.http2;

import java.io.IOException;
import java.io.Serial;

/** The connection cannot go on. The client is told the code; the message is for us. */
final class Http2Exception extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    Http2Exception(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
