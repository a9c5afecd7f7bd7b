package dev.mcpgateway.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class BehindCaddyTest extends BehindOtherProxyContract {
    @Override
    String program() {
        return "caddy";
    }

    @Override
    OtherProxy startProxy(OracleBehindProxy behind) throws IOException {
        Path program = OtherProxy.find(program());
        Path folder = Files.createDirectory(behind.folder().resolve("caddy"));
        Path file = Files.writeString(
                folder.resolve("Caddyfile"), """
                {
                	admin off
                	auto_https off
                	default_bind 127.0.0.1
                }
                """ + behind.adapt(OtherProxy.configuration("caddyfile")));
        return OtherProxy.start(
                List.of(program.toString(), "run", "--adapter", "caddyfile", "--config", file.toString()),
                Map.of("HOME", folder.toString(), "VERIFY_SECRET", behind.verifySecret()),
                behind.httpsPort(),
                folder.resolve("caddy.log"));
    }
}
