package dev.mcpgateway.system;

import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;

/** The browser of this machine. None is downloaded. */
final class Chromium {
    static final String MISSING = "no Chromium under /usr/bin; Debian: apt-get install chromium";

    private static final Optional<Path> PROGRAM = Stream.of("chromium", "chromium-browser", "google-chrome")
            .map(name -> Path.of("/usr/bin", name))
            .filter(Files::isExecutable)
            .findFirst();

    private Chromium() {}

    static boolean isThere() {
        return PROGRAM.isPresent();
    }

    static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    /**
     * The browser is told to accept the one key that the gateway proved here to hold under a certificate of its own
     * authority. Adding the authority to the browser would need another program (certutil) and change files of whoever
     * runs the test; ignoring all certificate errors would hide a wrong certificate.
     */
    static LaunchOptions trusting(Gateway gateway) throws IOException, GeneralSecurityException {
        return new LaunchOptions()
                .setExecutablePath(PROGRAM.orElseThrow())
                .setArgs(List.of(
                        "--no-sandbox",
                        "--disable-background-networking",
                        "--disable-gpu",
                        "--ignore-certificate-errors-spki-list=" + keyOf(gateway)));
    }

    private static String keyOf(Gateway gateway) throws IOException, GeneralSecurityException {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), gateway.httpsPort());
                SSLSocket socket = (SSLSocket) Web.trusting(gateway.certificates())
                        .getSocketFactory()
                        .createSocket(plain, "localhost", gateway.httpsPort(), true)) {
            byte[] key =
                    socket.getSession().getPeerCertificates()[0].getPublicKey().getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }
}
