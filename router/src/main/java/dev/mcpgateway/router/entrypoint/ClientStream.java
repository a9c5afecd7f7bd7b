package dev.mcpgateway.router.entrypoint;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request's way back to its client, in one version of HTTP. For the thread that handles the request. */
interface ClientStream {
    boolean isSecure();

    /** The host that the client named in its TLS handshake, in lower case; empty if it named none. */
    String serverName();

    /**
     * What the client has shown in its handshake, its own certificate first; empty if nothing. Nobody has checked it.
     */
    List<X509Certificate> certificates();

    /**
     * Sends the head, if there is one, and a piece of the body. All of it is on its way when this returns.
     *
     * @param head null if it was sent before
     * @param end whether the answer ends here
     * @throws IOException if the client has left
     */
    void send(@Nullable AnswerHead head, byte[] bytes, int offset, int length, boolean end) throws IOException;

    /** Whether a client that leaves is noticed without extra work, so that every request may be watched. */
    boolean isReadAlways();

    /**
     * Calls once, on another thread, if the client leaves before {@link #unwatch}.
     *
     * @param overflowIsLeaving whether a client that sends much more without waiting for its answer counts as gone
     */
    void watch(Runnable gone, boolean overflowIsLeaving);

    /** After this the call of the last {@link #watch} has been made or will not be made. */
    void unwatch();

    /**
     * Lets the connection go on to what comes next on it, or ends it.
     *
     * @param ended whether the answer was ended
     * @param closing whether the connection is to carry no other request, as far as that is up to this one
     * @param body of the request, of which there may be more to come
     */
    void finish(boolean ended, boolean closing, ClientBody body);
}
