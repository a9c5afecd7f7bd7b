package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.IssuedCertificates;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a look at the file of an issued certificate finds. */
sealed interface IssuedFile {
    record Missing() implements IssuedFile {}

    /** It holds something else, and is to be replaced. */
    record Broken(String why) implements IssuedFile {}

    /** Nobody knows what it holds, so that it is left alone. */
    record Unreadable(String why) implements IssuedFile {}

    record Sound(Credential credential) implements IssuedFile {}

    /** @param before what was found last, which need not be judged again if it is still there */
    static IssuedFile look(IssuedCertificates issued, WantedCertificate wanted, IssuedFile before) {
        try {
            return issued.find(wanted.name())
                    .map(credential -> before.equals(new Sound(credential)) ? before : judge(credential, wanted))
                    .orElseGet(Missing::new);
        } catch (IOException e) {
            return new Unreadable(
                    "its file cannot be read (%s)".formatted(e.getClass().getSimpleName()));
        } catch (GeneralSecurityException | RuntimeException e) { // the latter for what is no certificate at all
            return new Broken("its file is damaged (%s)".formatted(e.getMessage()));
        }
    }

    private static IssuedFile judge(Credential credential, WantedCertificate wanted) {
        try {
            if (!names(credential.certificate()).containsAll(wanted.dnsNames())) {
                return new Broken("its file is for other names");
            }
            return belongTogether(credential.key(), credential.certificate())
                    ? new Sound(credential)
                    : new Broken("its file holds another certificate's key");
        } catch (GeneralSecurityException e) {
            return new Broken("its file is damaged (%s)".formatted(e.getMessage()));
        }
    }

    private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
        Set<String> names = new HashSet<>();
        if (certificate.getSubjectAlternativeNames() != null) {
            for (List<?> name : certificate.getSubjectAlternativeNames()) {
                names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        byte[] probe = {1, 2, 3};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(probe);
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(certificate.getPublicKey());
        verifier.update(probe);
        return verifier.verify(signer.sign());
    }
}
