package dev.mcpgateway.router.entrypoint;

import dev.mcpgateway.router.upstream.HeaderList;
import dev.mcpgateway.router.upstream.RequestBody;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

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

    private final RawResponse response;
    private final RequestHead head;
    private final ClientBody body;
    private final String remoteAddress;
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
            RawResponse response,
            RequestHead head,
            ClientBody body,
            String remoteAddress,
            String requestId,
            BooleanSupplier draining) {
        this.response = response;
        this.head = head;
        this.body = body;
        this.remoteAddress = remoteAddress;
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

    /** {@code https} or {@code http}. */
    public String scheme() {
        return response.connection().isSecure() ? "https" : "http";
    }

    /** The host that the client named in its TLS handshake, in lower case; empty if it named none. */
    public String serverName() {
        return response.connection().serverName();
    }

    /** The peer's IP address. */
    public String remoteAddress() {
        return remoteAddress;
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
        AnswerBody answer = begin(code, headers, OptionalLong.of(content.length));
        if (!isHead()) {
            answer.write(content, 0, content.length);
            answer.end();
        } else {
            answer.flush();
            ended();
        }
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
        AnswerHead answer = beginHead(code, headers);
        if (isHead() && length.isPresent()) {
            answer.add("Content-Length", Long.toString(length.getAsLong()));
        } else if (!isHead() && !isBodiless(code)) {
            answer.add("Content-Length", "0");
        }
        emit(answer.bytes());
        ended();
    }

    /**
     * Begins an answer whose body follows; nothing is sent yet.
     *
     * @param headers end-to-end fields without framing
     * @param length of the body, if known
     */
    public AnswerBody begin(int code, HeaderList headers, OptionalLong length) {
        AnswerHead answer = beginHead(code, headers);
        length.ifPresentOrElse(
                bytes -> answer.add("Content-Length", Long.toString(bytes)),
                () -> answer.add("Transfer-Encoding", "chunked"));
        return new AnswerBody(this, answer.bytes(), length);
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
        response.connection().bytes().watch(this::leave, whole);
    }

    void drain() {
        drained = true;
        whenDraining.run();
    }

    void emit(byte[] bytes) throws IOException {
        try {
            response.emit(bytes);
        } catch (UncheckedIOException e) {
            clientGone = true;
            throw new IOException("The client has left", e);
        }
    }

    void ended() {
        ended = true;
    }

    boolean isHead() {
        return target().method().equals("HEAD");
    }

    /**
     * Lets the connection go on to its next request.
     *
     * @throws CloseConnectionException if it must not
     */
    void finish() {
        ClientBytes bytes = response.connection().bytes();
        bytes.unwatch();
        if (!ended) {
            throw new CloseConnectionException("The answer was broken off");
        }
        response.close();
        if (closing || draining.getAsBoolean()) {
            if (body.progress() != ClientBody.Progress.WHOLE) {
                response.connection().linger();
            }
            throw new CloseConnectionException("The connection carries no other request");
        }
        try {
            body.drop();
        } catch (IOException e) {
            throw new CloseConnectionException("The request's body could not be read to its end", e);
        }
        response.connection().awaitRequest();
    }

    private AnswerHead beginHead(int code, HeaderList headers) {
        if (status != 0) {
            throw new IllegalStateException("There is an answer already");
        }
        status = code;
        closing |= head.closesConnection() || draining.getAsBoolean() || !canDropBody();
        HeaderList.Builder all = HeaderList.builder().addAll(added.build()).addAll(headers);
        defaults.stream()
                .filter(header -> !headers.contains(header.name()))
                .forEach(header -> all.add(header.name(), header.value()));
        AnswerHead answer = AnswerHead.of(code, all.build());
        return closing ? answer.add("Connection", "close") : answer;
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
