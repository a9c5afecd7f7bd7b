package dev.mcpgateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mcpgateway.system.ServiceProcess.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The router without our oracle: nginx, which knows nothing of OAuth, decides by the verify contract. */
@Timeout(120)
class RouterWithOtherVerifyTest {
    private static final String SECRET = "a-secret-that-nginx-and-router-share";

    private final int httpsPort = Gateway.freePort();
    private final int verifyPort = Gateway.freePort();
    private final Queue<Map<String, List<String>>> received = new ConcurrentLinkedQueue<>();
    private HttpServer service;
    private OtherProxy verify;
    private ServiceProcess router;
    private Web web;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            received.add(Map.copyOf(exchange.getRequestHeaders()));
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, hello.length);
            exchange.getResponseBody().write(hello);
            exchange.close();
        });
        service.start();
        verify = startNginx();
        router = ServiceProcess.start(router());
        router.awaitReady();
        web = new Web(folder.resolve("certificates/local-ca.pem"));
    }

    @AfterEach
    void stop() {
        web.close();
        router.close();
        verify.close();
        service.stop(0);
    }

    private OtherProxy startNginx() throws IOException {
        Path program = OtherProxy.find("nginx");
        Path file = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                user root;
                pid FOLDER/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    map_hash_bucket_size 256;
                    client_body_temp_path FOLDER/body;
                    proxy_temp_path FOLDER/proxy;
                    fastcgi_temp_path FOLDER/fastcgi;
                    uwsgi_temp_path FOLDER/uwsgi;
                    scgi_temp_path FOLDER/scgi;
                    map "$http_gateway_verify_secret:$http_authorization:$http_x_forwarded_uri" $user_id {
                        "SECRET:Bearer open-sesame:/echo/mcp" 42;
                        default "";
                    }
                    server {
                        listen 127.0.0.1:PORT;
                        location = /verify {
                            if ($user_id = "") {
                                add_header WWW-Authenticate 'Bearer realm="nginx"' always;
                                return 401;
                            }
                            add_header X-User-Id $user_id;
                            return 204;
                        }
                        location / {
                            return 404;
                        }
                    }
                }
                """.replace("FOLDER", folder.toString())
                .replace("SECRET", SECRET)
                .replace("PORT", Integer.toString(verifyPort)));
        return OtherProxy.start(
                List.of(program.toString(), "-e", "stderr", "-p", folder.toString(), "-c", file.toString()),
                Map.of(),
                verifyPort,
                folder.resolve("nginx.log"));
    }

    private Program router() throws IOException {
        int managementPort = Gateway.freePort();
        Path config = Files.createDirectory(folder.resolve("config"));
        Files.writeString(
                config.resolve("gateway.yaml"),
                "services: {echo: {upstream: 'http://127.0.0.1:%d'}}\n"
                        .formatted(service.getAddress().getPort()));
        Map<String, String> environment = Map.of(
                "BASE_DOMAIN",
                "localhost",
                "ISSUER",
                "https://localhost:" + httpsPort,
                "SERVICE_URLS",
                "path",
                "GATEWAY_CONFIG",
                config.toString(),
                "VERIFY_SECRET",
                SECRET,
                "ROUTER_ADDRESS",
                "127.0.0.1,::1",
                "ROUTER_HTTPS_PORT",
                Integer.toString(httpsPort),
                "ROUTER_MANAGEMENT_PORT",
                Integer.toString(managementPort),
                "CERTIFICATES_DIR",
                folder.resolve("certificates").toString(),
                "VERIFY_URL",
                "http://127.0.0.1:" + verifyPort + "/verify");
        Map<String, String> more = new HashMap<>(environment);
        more.put("ROUTER_HTTP_PORT", "0");
        return new Program(
                "router",
                Modules.router(),
                "dev.mcpgateway.router/dev.mcpgateway.router.RouterMain",
                List.of(),
                more,
                URI.create("http://127.0.0.1:" + managementPort + "/health/ready"),
                folder.resolve("router.log"));
    }

    private HttpResponse<String> ask(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + httpsPort + path));
        return web.send(headers.length == 0 ? request : request.headers(headers));
    }

    @Test
    void letsPassWhatNginxAllowsWithTheIdentityItGave() {
        HttpResponse<String> answer =
                ask("/echo/mcp", "Authorization", "Bearer open-sesame", "X-User-Id", "1", "X-User-Name", "mallory");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(received)
                .singleElement()
                .satisfies(headers -> assertThat(headers)
                        .containsEntry("X-user-id", List.of("42"))
                        .doesNotContainKeys("X-user-name", "Authorization", "Gateway-verify-secret"));
    }

    @Test
    void relaysTheRefusalOfNginx() {
        for (HttpResponse<String> answer : List.of(
                ask("/echo/mcp"),
                ask("/echo/mcp", "Authorization", "Bearer shut"),
                ask("/echo/mcp/other", "Authorization", "Bearer open-sesame"))) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().allValues("WWW-Authenticate")).containsExactly("Bearer realm=\"nginx\"");
        }
        assertThat(received).isEmpty();
    }

    @Test
    void refusesEverythingWhileNginxIsAwayAndGoesOnOnceItIsBack() throws IOException {
        verify.close();

        HttpResponse<String> refused = ask("/echo/mcp", "Authorization", "Bearer open-sesame");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(received).isEmpty();

        verify = startNginx();
        assertThat(ask("/echo/mcp", "Authorization", "Bearer open-sesame").statusCode())
                .isEqualTo(200);
    }
}
