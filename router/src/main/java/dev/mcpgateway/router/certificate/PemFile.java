package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * Keys and certificates as text (RFC 7468), and as OpenSSL wrote them before.
 *
 * @param certificates in the text's order
 */
public record PemFile(List<X509Certificate> certificates, List<PrivateKey> keys) {
    /** A chain with its key is 5 KB. */
    private static final int MAX_BYTES = 256 * 1024;

    /** Bounds the time that a text of many small blocks takes. */
    private static final int MAX_BLOCKS = 100;

    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";

    /** @throws GeneralSecurityException if the file is too large for PEM */
    static String text(Path path) throws IOException, GeneralSecurityException {
        if (Files.size(path) > MAX_BYTES) {
            throw new GeneralSecurityException("it is larger than " + MAX_BYTES / 1024 + " KB");
        }
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    /**
     * Reads a text; what is around its blocks is skipped.
     *
     * @throws GeneralSecurityException saying what is wrong with the content
     */
    static PemFile parse(String text) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        List<PrivateKey> keys = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            int blocks = 0;
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                if (++blocks > MAX_BLOCKS) {
                    throw new GeneralSecurityException("it holds more than " + MAX_BLOCKS + " keys and certificates");
                }
                add(block, certificates, keys);
            }
        } catch (IOException | RuntimeException e) {
            throw new GeneralSecurityException("it is damaged", e);
        }
        return new PemFile(certificates, keys);
    }

    /** What {@link #writeCredential} wrote; the chain is the file's. */
    static Credential readCredential(Path path) throws IOException, GeneralSecurityException {
        PemFile file = parse(text(path));
        return new Credential(file.key(), file.chain());
    }

    static PrivateKey readKey(Path path) throws IOException, GeneralSecurityException {
        return parse(text(path)).key();
    }

    static X509Certificate readCertificate(Path path) throws IOException, GeneralSecurityException {
        return parse(text(path)).chain().getFirst();
    }

    /** For its owner alone. */
    public static void writeKey(Path path, PrivateKey key) throws IOException {
        write(path, "rw-------", List.of(new PemObject(KEY, key.getEncoded())));
    }

    static void writeCertificate(Path path, X509Certificate certificate) throws IOException, GeneralSecurityException {
        write(path, "rw-r--r--", List.of(new PemObject(CERTIFICATE, certificate.getEncoded())));
    }

    /** The chain, then the key, in one file. */
    static void writeCredential(Path path, Credential credential) throws IOException, GeneralSecurityException {
        List<PemObject> blocks = new ArrayList<>();
        for (X509Certificate certificate : credential.chain()) {
            blocks.add(new PemObject(CERTIFICATE, certificate.getEncoded()));
        }
        blocks.add(new PemObject(KEY, credential.key().getEncoded()));
        write(path, "rw-------", blocks);
    }

    private static void add(Object block, List<X509Certificate> certificates, List<PrivateKey> keys)
            throws IOException, GeneralSecurityException {
        switch (block) {
            case X509CertificateHolder certificate ->
                certificates.add(new JcaX509CertificateConverter().getCertificate(certificate));
            case PrivateKeyInfo key -> keys.add(privateKey(key));
            case PEMKeyPair pair -> keys.add(privateKey(pair.getPrivateKeyInfo()));
            case PKCS8EncryptedPrivateKeyInfo _, PEMEncryptedKeyPair _ ->
                throw new GeneralSecurityException("its key is encrypted; decrypt it: openssl pkey -in FILE -out FILE");
            default -> {
                // parameters and requests that OpenSSL writes along
            }
        }
    }

    private static PrivateKey privateKey(PrivateKeyInfo key) throws IOException, GeneralSecurityException {
        String algorithm = key.getPrivateKeyAlgorithm().getAlgorithm().getId();
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    }

    /** A file appears whole or not at all, and is on disk then. */
    private static void write(Path path, String permissions, List<PemObject> blocks) throws IOException {
        StringWriter pem = new StringWriter();
        try (PemWriter writer = new PemWriter(pem)) {
            for (PemObject block : blocks) {
                writer.writeObject(block);
            }
        }
        WholeFile.write(path, pem.toString(), permissions);
    }

    private PrivateKey key() throws GeneralSecurityException {
        if (keys.isEmpty()) {
            throw new GeneralSecurityException("it holds no " + KEY);
        }
        return keys.getFirst();
    }

    private List<X509Certificate> chain() throws GeneralSecurityException {
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("it holds no " + CERTIFICATE);
        }
        return certificates;
    }
}
