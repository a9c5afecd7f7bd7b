package dev.mcpgateway.router.http2;

/**
 * A frame as it was read.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-6">RFC 9113, section 6</a>
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Frame(int type, int flags, int stream, byte[] payload) {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 0x1;
    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITIZED = 0x20;

    static final int HEAD_BYTES = 9;
    static final int MAX_PAYLOAD_BYTES = 16_384;

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The four bytes from an offset on. */
    int word(int offset) {
        return ((payload[offset] & 0xFF) << 24)
                | ((payload[offset + 1] & 0xFF) << 16)
                | ((payload[offset + 2] & 0xFF) << 8)
                | (payload[offset + 3] & 0xFF);
    }

    /** Where the content of DATA or HEADERS begins. */
    int start() throws Http2Exception {
        int start = (has(PADDED) ? 1 : 0) + (type == HEADERS && has(PRIORITIZED) ? 5 : 0);
        if (start > payload.length) {
            throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "A frame is too short");
        }
        return start;
    }

    /** Where the content of DATA or HEADERS ends. */
    int end() throws Http2Exception {
        int end = payload.length - (has(PADDED) ? payload[0] & 0xFF : 0);
        if (end < start()) {
            throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "A frame is padded with more than it has");
        }
        return end;
    }
}
