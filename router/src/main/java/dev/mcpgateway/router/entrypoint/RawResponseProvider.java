package dev.mcpgateway.router.entrypoint;

import io.helidon.common.GenericType;
import io.helidon.common.media.type.MediaType;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import io.helidon.webserver.http.spi.SinkProvider;
import io.helidon.webserver.http.spi.SinkProviderContext;
import java.util.function.BiConsumer;

/** Found by the web server as a service; only for the connections of an {@link EntryPoint}. */
@SuppressWarnings("TypeParameterUnusedInFormals") // the web server's interface declares it so
public final class RawResponseProvider implements SinkProvider<byte[]> {
    @Override
    public boolean supports(GenericType<? extends Sink<?>> type, ServerRequest request) {
        return type.equals(RawResponse.TYPE);
    }

    @Override
    @SuppressWarnings("unchecked") // the caller asked for the type that supports() has approved
    public <X extends Sink<byte[]>> X create(SinkProviderContext context) {
        if (context.connectionContext() instanceof ClientConnection connection) {
            return (X) new RawResponse(connection, context.closeRunnable());
        }
        throw new IllegalStateException("Not a connection of an entry point");
    }

    @Override
    @Deprecated
    @SuppressWarnings("removal") // the server calls it only where the method above is missing
    public <X extends Sink<byte[]>> X create(
            ServerResponse response, BiConsumer<Object, MediaType> eventConsumer, Runnable closeRunnable) {
        throw new UnsupportedOperationException("Replaced by create(SinkProviderContext)");
    }
}
