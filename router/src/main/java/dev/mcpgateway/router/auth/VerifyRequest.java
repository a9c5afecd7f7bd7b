package dev.mcpgateway.router.auth;

import dev.mcpgateway.router.upstream.HeaderList;
import java.util.List;

/**
 * A client's request as the router saw it, before anything was decided about it.
 *
 * @param method as received
 * @param scheme {@code https} or {@code http}, of the listener it came in by
 * @param host as received in {@code Host}, with the port if there was one
 * @param target as received, byte for byte, query included
 * @param remoteAddress the peer's IP address, without a port
 * @param headers as received; only those that the contract names are passed on. At most one {@code Authorization}: a
 *     request with more is to be refused with 400 before
 */
public record VerifyRequest(
        String method, String scheme, String host, String target, String remoteAddress, HeaderList headers) {
    /** The fields of a client that a decision may depend on. */
    static final List<String> DECIDING_HEADERS =
            List.of("Authorization", "Mcp-Method", "Mcp-Name", "MCP-Protocol-Version");

    public VerifyRequest {
        if (headers.all("Authorization").size() > 1) {
            throw new IllegalArgumentException("More than one Authorization");
        }
    }

    /** What an allowing decision may depend on: equal questions have the same answer. Made for keys of maps. */
    VerifyRequest question() {
        return new VerifyRequest(
                method, scheme, host, target, "", headers.only(name -> VerifyClient.isOneOf(DECIDING_HEADERS, name)));
    }

    /** Characters that are not of a fixed length. */
    int length() {
        int length = host.length() + target.length();
        for (HeaderList.Header header : headers) {
            length += header.name().length() + header.value().length();
        }
        return length;
    }

    /** Without query and header values: they may hold credentials. */
    @Override
    public String toString() {
        return method + " " + scheme + "://" + host + target.split("\\?", 2)[0];
    }
}
