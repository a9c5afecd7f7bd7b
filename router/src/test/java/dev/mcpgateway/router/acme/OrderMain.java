package dev.mcpgateway.router.acme;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Orders a certificate in a process of its own, to be killed: directory, CA file, folder, name. */
final class OrderMain {
    private OrderMain() {}

    public static void main(String[] arguments) throws Exception {
        Orders.from(URI.create(arguments[0]), Path.of(arguments[1]))
                .authority(Path.of(arguments[2]))
                .order(List.of(arguments[3]), Optional.empty());
    }

    static Process start(Pebble pebble, Path certificates, String name) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OrderMain.class.getName(),
                        pebble.directory().toString(),
                        pebble.caFile().toString(),
                        certificates.toString(),
                        name)
                .redirectErrorStream(true)
                .redirectOutput(certificates.resolve("order.log").toFile())
                .start();
    }
}
