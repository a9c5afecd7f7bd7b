package dev.mcpgateway.router.certificate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text files (RFC 7468). A file appears whole or not at all. */
final class PemFile {
    /** A chain with its key is 5 KB. */
    private static final int MAX_BYTES = 256 * 1024;

    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (?<type>[A-Z0-9 ]+)-----\\s(?<base64>[^-]*)-----END \\k<type>-----");

    private PemFile() {}

    static void writeKey(Path path, PrivateKey key) throws IOException {
        write(path, pem(KEY, key.getEncoded()), "rw-------");
    }

    static void writeCertificate(Path path, X509Certificate certificate) throws IOException, GeneralSecurityException {
        write(path, pem(CERTIFICATE, certificate.getEncoded()), "rw-r--r--");
    }

    /** The chain, then the key, in one file. */
    static void writeCredential(Path path, Credential credential) throws IOException, GeneralSecurityException {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : credential.chain()) {
            pem.append(pem(CERTIFICATE, certificate.getEncoded()));
        }
        write(path, pem.append(pem(KEY, credential.key().getEncoded())).toString(), "rw-------");
    }

    static PrivateKey readEcKey(Path path) throws IOException, GeneralSecurityException {
        return key("EC", first(read(path), KEY));
    }

    static X509Certificate readCertificate(Path path) throws IOException, GeneralSecurityException {
        return chain(read(path)).getFirst();
    }

    /** What {@link #writeCredential} wrote. */
    static Credential readCredential(Path path) throws IOException, GeneralSecurityException {
        String text = read(path);
        List<X509Certificate> chain = chain(text);
        return new Credential(key(chain.getFirst().getPublicKey().getAlgorithm(), first(text, KEY)), chain);
    }

    /** Every certificate of a text, in its order; at least one. */
    static List<X509Certificate> chain(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] block : blocks(text, CERTIFICATE)) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
        }
        return chain;
    }

    private static PrivateKey key(String algorithm, byte[] encoded) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static String pem(String type, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64, type);
    }

    private static void write(Path path, String pem, String permissions) throws IOException {
        Path draft = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(draft);
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        try (FileChannel channel =
                FileChannel.open(draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(pem);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String read(Path path) throws IOException, GeneralSecurityException {
        if (Files.size(path) > MAX_BYTES) {
            throw new GeneralSecurityException("it is larger than " + MAX_BYTES / 1024 + " KB");
        }
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    private static byte[] first(String text, String type) throws GeneralSecurityException {
        return blocks(text, type).getFirst();
    }

    private static List<byte[]> blocks(String text, String type) throws GeneralSecurityException {
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group("type").equals(type)) {
                blocks.add(decode(matcher.group("base64")));
            }
        }
        if (blocks.isEmpty()) {
            throw new GeneralSecurityException("it holds no " + type);
        }
        return blocks;
    }

    private static byte[] decode(String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("its Base64 is damaged", e);
        }
    }
}
