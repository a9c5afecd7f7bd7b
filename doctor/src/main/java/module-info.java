/** Checks a gateway from outside, in words; depends on nothing of ours. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.doctor {
    requires jakarta.json;
    requires java.net.http;
    requires jdk.httpserver;
    requires static org.jspecify;
}
