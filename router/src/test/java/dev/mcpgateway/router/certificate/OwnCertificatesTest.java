package dev.mcpgateway.router.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.crypto.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnCertificatesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("Some CA");

    @TempDir
    private Path folder;

    private OwnCertificates certificates;

    @BeforeEach
    void setUp() {
        certificates = new OwnCertificates(folder);
    }

    @Test
    void readsNothingWhereNoFolderIs() {
        OwnCertificates.Reading reading = new OwnCertificates(folder.resolve("none")).read();

        assertThat(reading.usable()).isEmpty();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void findsWhatBelongsTogetherWhateverItsFilesAreCalled() throws IOException {
        Credential one = AUTHORITY.certify("one.example.com");
        Credential two = AUTHORITY.certify("two.example.com");
        write("a.pem", TestAuthority.chainPem(one));
        write("b.pem", TestAuthority.pem(two.key()));
        write("c.key", TestAuthority.pem(one.key()));
        write("d.crt", TestAuthority.chainPem(two));

        assertThat(credentials()).containsExactlyInAnyOrder(one, two);
        assertThat(certificates.read().problems()).isEmpty();
    }

    /** Its files are links to those of all renewals, and it writes the same certificate with and without its chain. */
    @Test
    void readsAFolderOfCertbots() throws IOException {
        Credential old =
                AUTHORITY.certify(TestAuthority.ecKey(), Instant.now().minus(Duration.ofDays(40)), "a.example.com");
        Credential renewed = AUTHORITY.certify("a.example.com");
        for (Credential credential : List.of(old, renewed)) {
            String number = credential.equals(old) ? "1.pem" : "2.pem";
            write("archive/a.example.com/privkey" + number, TestAuthority.pem(credential.key()));
            write("archive/a.example.com/fullchain" + number, TestAuthority.chainPem(credential));
            write("archive/a.example.com/cert" + number, TestAuthority.pem(credential.certificate()));
            write("archive/a.example.com/chain" + number, TestAuthority.pem(AUTHORITY.certificate()));
        }
        Files.createDirectories(folder.resolve("live/a.example.com"));
        for (String file : List.of("privkey", "fullchain", "cert", "chain")) {
            Files.createSymbolicLink(
                    folder.resolve("live/a.example.com/" + file + ".pem"),
                    Path.of("../../archive/a.example.com/" + file + "2.pem"));
        }

        assertThat(certificates.read().problems()).isEmpty();
        assertThat(credentials()).contains(old, renewed);
    }

    /** As {@code openssl ecparam} and {@code openssl genrsa} write them. */
    @Test
    void readsKeysInOpenSslsOldFormsAndBothInOneFile() throws IOException {
        KeyPair rsaKey = TestAuthority.rsaKey();
        Credential rsa = AUTHORITY.certify(rsaKey, Instant.now(), "rsa.example.com");
        RSAPrivateCrtKey numbers = (RSAPrivateCrtKey) rsaKey.getPrivate();
        byte[] oldRsa = new RSAPrivateKey(
                        numbers.getModulus(),
                        numbers.getPublicExponent(),
                        numbers.getPrivateExponent(),
                        numbers.getPrimeP(),
                        numbers.getPrimeQ(),
                        numbers.getPrimeExponentP(),
                        numbers.getPrimeExponentQ(),
                        numbers.getCrtCoefficient())
                .getEncoded();
        Credential ec = AUTHORITY.certify("ec.example.com");
        byte[] oldEc = new ECPrivateKey(
                        256, ((java.security.interfaces.ECPrivateKey) ec.key()).getS(), SECObjectIdentifiers.secp256r1)
                .getEncoded();
        write(
                "rsa.pem",
                "a comment\n" + TestAuthority.pem(new PemObject("RSA PRIVATE KEY", oldRsa))
                        + TestAuthority.chainPem(rsa));
        write("ec.pem", TestAuthority.pem(new PemObject("EC PRIVATE KEY", oldEc)) + TestAuthority.chainPem(ec));

        assertThat(credentials())
                .extracting(Credential::certificate)
                .containsExactlyInAnyOrder(rsa.certificate(), ec.certificate());
    }

    @Test
    void saysThatNoKeyBelongsToACertificate() throws IOException {
        write("tls.crt", TestAuthority.chainPem(AUTHORITY.certify("a.example.com")));
        write("tls.key", TestAuthority.pem(TestAuthority.ecKey().getPrivate()));

        assertThat(credentials()).isEmpty();
        assertThat(certificates.read().problems())
                .containsExactly(folder.resolve("tls.crt")
                        + " cannot be used: none of the 1 keys in the folder belongs to its certificate");
    }

    @Test
    void saysThatAChainDoesNotHoldTogether() throws IOException {
        Credential good = AUTHORITY.certify("a.example.com");
        write(
                "a.pem",
                TestAuthority.pem(good.certificate(), new TestAuthority("Another CA").certificate())
                        + TestAuthority.pem(good.key()));

        assertThat(credentials()).isEmpty();
        assertThat(certificates.read().problems())
                .singleElement()
                .asString()
                .endsWith("certificate 1 of its chain was not issued by the one behind it");
    }

    @Test
    void saysWhatIsWrongWithAFileAndReadsTheOthers() throws IOException, GeneralSecurityException {
        Credential good = AUTHORITY.certify("a.example.com");
        write("good.pem", TestAuthority.chainPem(good) + TestAuthority.pem(good.key()));
        write("damaged.pem", TestAuthority.chainPem(good).substring(0, 300));
        write("garbage.pem", "\0\1\2 no PEM at all");
        write("large.pem", "x".repeat(300_000));
        byte[] secret = new EncryptedPrivateKeyInfo("PBEWithMD5AndDES", new byte[64]).getEncoded();
        write("secret.pem", TestAuthority.pem(new PemObject("ENCRYPTED PRIVATE KEY", secret)));

        assertThat(credentials()).containsExactly(good);
        assertThat(certificates.read().problems())
                .containsExactlyInAnyOrder(
                        folder.resolve("damaged.pem") + " cannot be used: it is damaged",
                        folder.resolve("large.pem") + " cannot be used: it is larger than 256 KB",
                        folder.resolve("secret.pem")
                                + " cannot be used: its key is encrypted; decrypt it: openssl pkey -in FILE -out FILE");
    }

    @Test
    void saysWhenACertificateIsNotValid() throws IOException {
        Instant now = Instant.now();
        Credential early = AUTHORITY.certify(TestAuthority.ecKey(), now.plus(Duration.ofDays(2)), "a.example.com");
        Credential late = AUTHORITY.certify(TestAuthority.ecKey(), now.minus(Duration.ofDays(91)), "b.example.com");
        write("early.pem", TestAuthority.chainPem(early) + TestAuthority.pem(early.key()));
        write("late.pem", TestAuthority.chainPem(late) + TestAuthority.pem(late.key()));

        assertThat(certificates.read().usable())
                .extracting(own -> own.flawAt(now).orElse(""))
                .containsExactly(
                        folder.resolve("early.pem") + " is not valid before "
                                + early.certificate().getNotBefore().toInstant(),
                        folder.resolve("late.pem") + " has expired at " + late.expiresAt());
    }

    @Test
    void readsNoMoreFilesThanItsBound() throws IOException {
        for (int i = 0; i < 101; i++) {
            write(i + ".txt", "");
        }

        assertThat(certificates.read().problems())
                .containsExactly(folder + " holds more than 100 files; the others are not read");
    }

    private List<Credential> credentials() {
        return certificates.read().usable().stream()
                .map(OwnCertificates.Own::credential)
                .toList();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
