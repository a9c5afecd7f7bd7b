package dev.mcpgateway.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class BehindNginxTest extends BehindOtherProxyContract {
    @Override
    String program() {
        return "nginx";
    }

    @Override
    OtherProxy startProxy(OracleBehindProxy behind) throws IOException {
        Path program = OtherProxy.find(program());
        Path folder = Files.createDirectory(behind.folder().resolve("nginx"));
        Files.writeString(
                behind.folder().resolve("verify-secret.conf"),
                "proxy_set_header Gateway-Verify-Secret \"" + behind.verifySecret() + "\";\n");
        Path file = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                user root;
                pid FOLDER/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path FOLDER/body;
                    proxy_temp_path FOLDER/proxy;
                    fastcgi_temp_path FOLDER/fastcgi;
                    uwsgi_temp_path FOLDER/uwsgi;
                    scgi_temp_path FOLDER/scgi;
                    include FOLDER/gateway.conf;
                }
                """.replace("FOLDER", folder.toString()));
        Files.writeString(folder.resolve("gateway.conf"), behind.adapt(OtherProxy.configuration("nginx")));
        return OtherProxy.start(
                List.of(program.toString(), "-e", "stderr", "-p", folder.toString(), "-c", file.toString()),
                Map.of(),
                behind.httpsPort(),
                folder.resolve("nginx.log"));
    }
}
