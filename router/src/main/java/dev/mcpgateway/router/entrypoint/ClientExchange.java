package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Used by the thread that handles it; others call only {@link #drain} and
 * {@link #watchClient}.
 *
 * <p>Exactly one of the answering methods is called, once. The answer carries the fields of {@link #addHeader} and
 * {@link #addDefault}.
 */
public final class ClientExchange {
    /** What is left of an unread body is read and dropped up to this size; beyond it the connection is closed. */
    private static final int MAX_DROPPED_BYTES = 64 * 1024;

    private final ClientStream stream;
    private final RequestHead head;
    private final ClientBody body;
    private final ClientAddress client;
    private final String requestId;
    private final BooleanSupplier draining;
    private final Thread thread = Thread.currentThread();
    private final ExchangeRecord record = new ExchangeRecord();
    private final HeaderList.Builder added = HeaderList.builder();
    private final List<HeaderList.Header> defaults = new ArrayList<>();

    private int status;
    private boolean closing;
    private boolean ended;
    private volatile boolean clientGone;
    private volatile boolean drained;
    private volatile Runnable whenDraining = () -> {};

    ClientExchange(
            ClientStream stream,
            RequestHead head,
            ClientAddress client,
            ClientBody body,
            String requestId,
            BooleanSupplier draining) {
        this.stream = stream;
        this.head = head;
        this.body = body;
        this.client = client;
        this.requestId = requestId;
        this.draining = draining;
    }

    public RequestTarget target() {
        return head.target();
    }

    /** As received, those that belong to the connection included. */
    public HeaderList headers() {
        return head.headers();
    }

    /** {@code https} or {@code http}, by which the client came to us or to a trusted proxy. */
    public String scheme() {
        return client.scheme();
    }

    /** The host that the client named in its TLS handshake, in lower case; empty if it named none, or a proxy did. */
    public String serverName() {
        return client.authority() == null ? stream.serverName() : "";
    }

    /**
     * What the client has shown in its TLS handshake, its own certificate first; empty if nothing, or if a proxy has
     * passed the request on. Nobody has checked who issued it.
     */
    public List<X509Certificate> clientCertificates() {
        return client.authority() == null ? stream.certificates() : List.of();
    }

    /** The client's IP address, as the connection shows it or a trusted proxy tells. */
    public String remoteAddress() {
        return client.address();
    }

    /** Made for this request; 32 hexadecimal digits. */
    public String requestId() {
        return requestId;
    }

    /** What is remembered of this exchange. */
    public ExchangeRecord record() {
        return record;
    }

    /** How much of the body was read so far. */
    public long requestBytes() {
        return body.bytesRead();
    }

    /** The body, not read yet. */
    public RequestBody body() {
        if (head.bodyBytes() == 0) {
            return RequestBody.NONE;
        }
        return head.bodyBytes() == RequestHead.CHUNKED
                ? new RequestBody.Streamed(body)
                : new RequestBody.Sized(body, head.bodyBytes());
    }

    /**
     * Bounds the body. One that turns out to be longer breaks off.
     *
     * @throws RefusedRequest 413 if it is known to be longer
     */
    public void limitBody(long bytes) throws RefusedRequest {
        body.limit(bytes);
        if (head.bodyBytes() > bytes) {
            throw bodyTooLarge();
        }
    }

    /** Why the body could not be read to its end. */
    public RefusedRequest bodyRefusal() {
        return switch (body.progress()) {
            case TOO_LARGE -> bodyTooLarge();
            case TOO_SLOW -> RefusedRequest.malformed(408, "request_timeout", "The body comes too slowly");
            case UNTOUCHED, PARTLY, WHOLE, BROKEN -> RefusedRequest.malformed("The body broke off or is malformed");
        };
    }

    /** Adds a field to the answer, whatever it will be. */
    public void addHeader(String name, String value) {
        added.add(name, value);
    }

    /** Adds a field to the answer, unless the answer has one of that name. */
    public void addDefault(String name, String value) {
        defaults.add(new HeaderList.Header(name, value));
    }

    /** Answers with a whole body. */
    public void answer(int code, HeaderList headers, byte[] content) throws IOException {
        if (isBodiless(code)) {
            answerWithoutBody(code, headers, OptionalLong.empty());
            return;
        }
        AnswerHead answer = beginHead(code, headers, OptionalLong.of(content.length), false);
        send(answer, content, 0, isHead() ? 0 : content.length, true);
        ended();
    }

    /** Answers with a refusal. */
    public void answer(RefusedRequest refusal) throws IOException {
        closing |= refusal.isMalformed();
        HeaderList headers = HeaderList.builder()
                .addAll(refusal.headers())
                .add("Content-Type", "application/json")
                .add("Cache-Control", "no-store")
                .build();
        answer(refusal.status(), headers, refusal.body(requestId));
    }

    /**
     * Answers with a head alone: to {@code HEAD}, or with a status that has no body.
     *
     * @param length what a {@code GET} would have got, if known
     */
    public void answerWithoutBody(int code, HeaderList headers, OptionalLong length) throws IOException {
        OptionalLong told = isHead() ? length : isBodiless(code) ? OptionalLong.empty() : OptionalLong.of(0);
        send(beginHead(code, headers, told, false), new byte[0], 0, 0, true);
        ended();
    }

    /**
     * Begins an answer whose body follows; nothing is sent yet.
     *
     * @param headers end-to-end fields without framing
     * @param length of the body, if known
     */
    public AnswerBody begin(int code, HeaderList headers, OptionalLong length) {
        return new AnswerBody(this, beginHead(code, headers, length, length.isEmpty()), length);
    }

    /** The status of the answer, or 0 if there is none. */
    public int status() {
        return status;
    }

    /** Whether the client has left, as far as anybody has noticed. */
    public boolean isClientGone() {
        return clientGone;
    }

    /** Whether the router is stopping, so that endless answers are to end now. */
    public boolean isDraining() {
        return drained;
    }

    /** Runs once on another thread when the router stops, also if it is stopping already. */
    public void whenDraining(Runnable action) {
        whenDraining = action;
        if (draining.getAsBoolean()) {
            drain();
        }
    }

    /**
     * From now on a client that leaves interrupts the thread that handles the request. Without this call it does so
     * after a second or two.
     */
    public void watchClient() {
        boolean whole = body.progress() == ClientBody.Progress.WHOLE;
        stream.watch(this::leave, whole);
    }

    void drain() {
        drained = true;
        whenDraining.run();
    }

    void send(@Nullable AnswerHead head, byte[] bytes, int offset, int length, boolean end) throws IOException {
        try {
            stream.send(head, bytes, offset, length, end);
        } catch (IOException e) {
            clientGone = true;
            throw e;
        }
    }

    void ended() {
        ended = true;
    }

    boolean isHead() {
        return target().method().equals("HEAD");
    }

    /** Lets the connection go on to its next request, or ends it. */
    void finish() {
        stream.unwatch();
        stream.finish(ended, closing || draining.getAsBoolean(), body);
    }

    private AnswerHead beginHead(int code, HeaderList headers, OptionalLong length, boolean chunked) {
        if (status != 0) {
            throw new IllegalStateException("There is an answer already");
        }
        status = code;
        closing |= head.closesConnection() || draining.getAsBoolean() || !canDropBody();
        HeaderList.Builder all = HeaderList.builder().addAll(added.build()).addAll(headers);
        for (HeaderList.Header header : defaults) {
            if (!headers.contains(header.name())) {
                all.add(header.name(), header.value());
            }
        }
        length.ifPresent(bytes -> all.add("Content-Length", Long.toString(bytes)));
        return new AnswerHead(code, all.build(), chunked, closing);
    }

    private boolean canDropBody() {
        return switch (body.progress()) {
            case WHOLE -> true;
            case UNTOUCHED -> !head.awaitsContinue() && body.bytesLeft() <= MAX_DROPPED_BYTES;
            case PARTLY -> body.bytesLeft() <= MAX_DROPPED_BYTES;
            case TOO_LARGE, TOO_SLOW, BROKEN -> false;
        };
    }

    private void leave() {
        clientGone = true;
        thread.interrupt();
    }

    private static RefusedRequest bodyTooLarge() {
        return RefusedRequest.of(413, "body_too_large", "The body is larger than this gateway accepts");
    }

    private static boolean isBodiless(int code) {
        return code == 204 || code == 304;
    }
}
