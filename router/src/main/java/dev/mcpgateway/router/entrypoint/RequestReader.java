package dev.mcpgateway.router.entrypoint;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.LazyString;
import io.helidon.http.DirectHandler;
import io.helidon.http.RequestException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads for the web server's HTTP/1.1 connection and adds what that leaves out: the request line is kept as it came,
 * header values keep their bytes, and chunks are checked: their size, their end, their trailers, which are dropped.
 *
 * <p>It relies on which of these methods that connection calls for what; tests that send requests byte for byte would
 * show a change.
 */
final class RequestReader extends DataReader {
    private static final int MAX_SIZE_LINE_BYTES = 16;
    private static final int MAX_TRAILER_BYTES = 8 * 1024;
    private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9A-Fa-f]{1,8}");

    private final long maxChunkBytes;
    private String requestLine = "";
    private boolean hasRequestLine;
    private boolean inChunk;
    private boolean afterLastChunk;

    /** A chunked body that cannot be read, or not in one way only. The message holds nothing of it. */
    static final class MalformedChunk extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedChunk(String message) {
            super(message);
        }
    }

    RequestReader(ClientBytes bytes, long maxChunkBytes) {
        super(bytes);
        this.maxChunkBytes = maxChunkBytes;
    }

    /** The line of the request that is being handled, one character per byte. The next one is kept after this call. */
    String takeRequestLine() {
        hasRequestLine = false;
        return requestLine;
    }

    /** The first call for a request is for its line; later ones are for single header values. */
    @Override
    public byte[] readBytes(int length) {
        byte[] bytes = super.readBytes(length);
        if (!hasRequestLine) {
            requestLine = new String(bytes, StandardCharsets.ISO_8859_1);
            checkMethod();
            hasRequestLine = true;
            inChunk = false;
            afterLastChunk = false;
        }
        return bytes;
    }

    /** The web server would take another one for a failure of its own. */
    private void checkMethod() {
        int end = requestLine.indexOf(' ');
        if (end >= 0 && !METHOD.matcher(requestLine.substring(0, end)).matches()) {
            throw RequestException.builder()
                    .type(DirectHandler.EventType.BAD_REQUEST)
                    .message("The method is not an HTTP token")
                    .build();
        }
    }

    /** Header values. ASCII would destroy other bytes. */
    @Override
    public LazyString readLazyString(Charset charset, int length) {
        return super.readLazyString(StandardCharsets.ISO_8859_1, length);
    }

    /** Lines are read only for the size of a chunk and for what follows the last one. */
    @Override
    public String readLine() {
        if (afterLastChunk) {
            skipTrailers();
            return "";
        }
        String size = readLine(MAX_SIZE_LINE_BYTES);
        if (!CHUNK_SIZE.matcher(size).matches()) {
            throw new MalformedChunk("A chunk's size is not a hexadecimal number of at most 8 digits");
        }
        long length = Long.parseLong(size, 16);
        if (length > maxChunkBytes) {
            throw new BodyTooLarge();
        }
        inChunk = length > 0;
        afterLastChunk = length == 0;
        return size;
    }

    /** Body bytes; the web server skips two bytes behind a chunk, whatever they are. */
    @Override
    public BufferData readBuffer(int length) {
        BufferData data = super.readBuffer(length);
        if (inChunk) {
            inChunk = false;
            if (!startsWithNewLine()) {
                throw new MalformedChunk("A chunk is longer than its size");
            }
        }
        return data;
    }

    private void skipTrailers() {
        int left = MAX_TRAILER_BYTES;
        for (String line = readLine(left); !line.isEmpty(); line = readLine(left)) {
            left -= line.length() + 2;
            if (left <= 0) {
                throw new MalformedChunk("The trailers are too large");
            }
        }
    }

    private String readLine(int maxBytes) {
        int end = findNewLine(maxBytes);
        if (end == maxBytes) {
            throw new MalformedChunk("A line of the chunked body is too long");
        }
        String line = end == 0 ? "" : readAsciiString(end);
        skip(2);
        if (line.indexOf('\n') >= 0) {
            throw new MalformedChunk("A line of the chunked body is not ended by CR and LF");
        }
        return line;
    }
}
