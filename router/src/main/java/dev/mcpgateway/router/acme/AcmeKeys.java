package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.P256;
import dev.mcpgateway.router.certificate.PemFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** Reads P-256 key pairs from {@code PRIVATE KEY} in PEM; the public half is computed. */
final class AcmeKeys {
    private static final int MAX_BYTES = 16 * 1024;

    private AcmeKeys() {}

    /**
     * Reads what {@link PemFile#writeKey} wrote, or an {@code EC PRIVATE KEY} of P-256 from elsewhere.
     *
     * @throws IOException also if the file holds something else
     */
    static KeyPair read(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("it is too large for a key");
        }
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(path, StandardCharsets.ISO_8859_1)))) {
            PrivateKeyInfo info = switch (parser.readObject()) {
                case PrivateKeyInfo key -> key;
                case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                case null, default -> throw new IOException("it holds no private key");
            };
            ECPrivateKey key = (ECPrivateKey)
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
            return new KeyPair(publicKey(key), key);
        } catch (GeneralSecurityException | RuntimeException e) { // the parser throws both
            throw new IOException("it holds no key of P-256", e);
        }
    }

    private static PublicKey publicKey(ECPrivateKey key) throws GeneralSecurityException {
        var point = ECNamedCurveTable.getByName(P256.CURVE)
                .getG()
                .multiply(key.getS())
                .normalize();
        ECPoint w = new ECPoint(
                point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, key.getParams()));
    }
}
