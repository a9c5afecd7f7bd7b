package dev.mcpgateway.oracle.protocol;

import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Request bodies, at most 64 KB of UTF-8. */
final class Body {
    static final int MAX_BYTES = 65_536;

    private Body() {}

    /** @throws OAuthException with this error if the body is too large, cut off or not UTF-8 */
    static String text(ServerRequest request, OAuthError refusal) {
        if (!request.content().hasEntity()) {
            return "";
        }
        try {
            byte[] bytes = request.content().inputStream().readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new OAuthException(refusal, "the body is larger than 65536 bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) { // the reason adds nothing for the client
            throw new OAuthException(refusal, "the body is not UTF-8");
        } catch (IOException _) { // the client left or broke off; nobody reads the answer
            throw new OAuthException(refusal, "the body could not be read");
        }
    }
}
