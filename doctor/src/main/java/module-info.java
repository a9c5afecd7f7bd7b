/** Checks a gateway from outside, in words; depends on nothing of ours. */
@org.jspecify.annotations.NullMarked
module dev.mcpgateway.doctor {
    requires jakarta.json;
    requires java.net.http;
    requires jdk.httpserver;
    /* jakarta.json looks for it at run time; named here, jlink takes it along. */
    requires org.eclipse.parsson;
    requires static org.jspecify;
}
