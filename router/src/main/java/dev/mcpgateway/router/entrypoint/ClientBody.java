package dev.mcpgateway.router.entrypoint;

import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The body of a request on its way in. Knows whether all of it was read, and what went wrong if it was not. */
final class ClientBody extends InputStream {
    /** How far the body has been read. */
    enum Progress {
        UNTOUCHED,
        PARTLY,
        WHOLE,
        TOO_LARGE,
        TOO_SLOW,
        BROKEN
    }

    private static final int DROPPED_PIECE_BYTES = 8 * 1024;

    private final Supplier<InputStream> source;
    private @Nullable InputStream stream;
    private final long length;
    private long limit = Long.MAX_VALUE;
    private long count;
    private volatile Progress progress;

    /**
     * @param source asked once, at the first read, because asking tells a client that waits to send
     * @param length of the body, or {@link RequestHead#CHUNKED}
     */
    ClientBody(Supplier<InputStream> source, long length) {
        this.source = source;
        this.length = length;
        this.progress = length == 0 ? Progress.WHOLE : Progress.UNTOUCHED;
    }

    /** Of a request that goes nowhere. */
    static ClientBody unread() {
        return new ClientBody(InputStream::nullInputStream, RequestHead.CHUNKED);
    }

    void limit(long bytes) {
        limit = bytes;
    }

    Progress progress() {
        return progress;
    }

    long bytesRead() {
        return count;
    }

    /** What is still to come, as far as that is known. */
    long bytesLeft() {
        return length == RequestHead.CHUNKED ? Long.MAX_VALUE : length - count;
    }

    /** Reads what is left to nowhere, so that the connection can carry the next request. */
    void drop() throws IOException {
        byte[] piece = new byte[DROPPED_PIECE_BYTES];
        while (progress != Progress.WHOLE) {
            read(piece, 0, piece.length);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) == -1 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int size) throws IOException {
        if (progress == Progress.WHOLE || size == 0) {
            return progress == Progress.WHOLE ? -1 : 0;
        }
        if (progress != Progress.UNTOUCHED && progress != Progress.PARTLY) {
            throw new IOException("The request's body cannot be read on");
        }
        int read = readPart(target, offset, size);
        count += Math.max(read, 0);
        if (count > limit) {
            progress = Progress.TOO_LARGE;
            throw new IOException("The request's body is too large");
        }
        progress = read == -1 || count == length ? Progress.WHOLE : Progress.PARTLY;
        return read;
    }

    private int readPart(byte[] target, int offset, int size) throws IOException {
        try {
            if (stream == null) {
                stream = source.get();
            }
            return stream.read(target, offset, size);
        } catch (BodyTooLarge e) {
            progress = Progress.TOO_LARGE;
            throw new IOException(e.getMessage(), e);
        } catch (RequestException e) {
            progress = e.status().equals(Status.REQUEST_TIMEOUT_408) ? Progress.TOO_SLOW : Progress.BROKEN;
            throw new IOException("The request's body is too slow or malformed");
        } catch (SocketTimeoutException e) {
            progress = Progress.TOO_SLOW;
            throw e;
        } catch (IOException e) {
            progress = Progress.BROKEN;
            throw e;
        } catch (RuntimeException _) {
            // not passed on: the web server's messages hold what the client sent
            progress = Progress.BROKEN;
            throw new IOException("The request's body broke off or is malformed");
        }
    }
}
