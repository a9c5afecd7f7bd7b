package dev.mcpgateway.router.entrypoint;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names requests across client, gateway and upstream. Not a secret. */
final class RequestId {
    private static final HexFormat HEX = HexFormat.of();

    private RequestId() {}

    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }
}
