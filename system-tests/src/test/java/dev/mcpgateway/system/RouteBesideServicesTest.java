package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpgateway.system.Client.Tokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A verified route where {@code gateway.yaml} names no service. */
@Timeout(120)
class RouteBesideServicesTest {
    @Test
    void letsNobodyThroughWhateverTheirToken(@TempDir Path folder) {
        try (RecordingUpstream upstream = RecordingUpstream.start(URI.create("http://127.0.0.1:1"));
                Deployment deployment = Deployment.start(folder);
                Web web = new Web(deployment.certificates())) {
            Client client = Client.register(web, deployment.echo());
            Tokens tokens = client.signIn(new User("alice", web));
            URI other = URI.create(deployment.issuer() + "/other/mcp");
            deployment.addText(
                    """
                    routes:
                      other:
                        rule: Host(`localhost`) && PathPrefix(`/other`)
                        upstream: http://127.0.0.1:%d
                    """.formatted(upstream.port()), () -> web.get(other).statusCode() == 403);

            HttpResponse<String> answer =
                    web.send(HttpRequest.newBuilder(other).header("Authorization", "Bearer " + tokens.access()));

            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("no service of this gateway is at this host and path");
            assertThat(upstream.seen()).isEmpty();
        }
    }
}
