package dev.mcpgateway.router.renewal;

import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.IssuedCertificates;
import java.io.IOException;
import java.security.GeneralSecurityException;

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
        if (!credential.names().containsAll(wanted.dnsNames())) {
            return new Broken("its file is for other names");
        }
        return credential.flaw().<IssuedFile>map(Broken::new).orElseGet(() -> new Sound(credential));
    }
}
