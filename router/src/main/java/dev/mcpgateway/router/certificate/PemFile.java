package dev.mcpgateway.router.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;

/** Keys and certificates as text files (RFC 7468). A file appears whole or not at all. */
final class PemFile {
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    private PemFile() {}

    static void writeKey(Path path, PrivateKey key) throws IOException {
        write(path, KEY, key.getEncoded(), "rw-------");
    }

    static void writeCertificate(Path path, X509Certificate certificate) throws IOException, GeneralSecurityException {
        write(path, CERTIFICATE, certificate.getEncoded(), "rw-r--r--");
    }

    static PrivateKey readEcKey(Path path) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(read(path, KEY)));
    }

    static X509Certificate readCertificate(Path path) throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(read(path, CERTIFICATE)));
    }

    private static void write(Path path, String type, byte[] content, String permissions) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        String pem = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64, type);
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(draft);
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        try (var channel =
                Files.newByteChannel(draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            channel.write(StandardCharsets.US_ASCII.encode(pem));
        }
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] read(Path path, String type) throws IOException, GeneralSecurityException {
        String text = Files.readString(path, StandardCharsets.US_ASCII);
        String begin = "-----BEGIN " + type + "-----";
        int start = text.indexOf(begin);
        int end = text.indexOf("-----END " + type + "-----");
        if (start < 0 || end < start) {
            throw new GeneralSecurityException("it holds no " + type);
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("its Base64 is damaged", e);
        }
    }
}
