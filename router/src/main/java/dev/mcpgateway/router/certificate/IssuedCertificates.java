package dev.mcpgateway.router.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * The certificates that an authority has issued: one file each, {@code NAME.pem}, mode 0600, with the chain and the
 * key, so that both change together. Shared by all routers of the folder.
 */
public final class IssuedCertificates {
    private final Path folder;

    /** @param folder made when something is put into it */
    public IssuedCertificates(Path folder) {
        this.folder = folder;
    }

    /**
     * @param name a DNS name; {@code *.example.com} is kept as {@code _.example.com.pem}
     * @throws GeneralSecurityException if the file holds something else
     */
    public Optional<Credential> find(String name) throws IOException, GeneralSecurityException {
        Path file = file(name);
        return Files.exists(file) ? Optional.of(PemFile.readCredential(file)) : Optional.empty();
    }

    /** Replaces the certificate of this name; the file changes whole or not at all, and is on disk then. */
    public void put(String name, Credential credential) throws IOException, GeneralSecurityException {
        PemFile.writeCredential(file(name), credential);
    }

    Path file(String name) {
        return folder.resolve(name.replace('*', '_') + ".pem");
    }
}
