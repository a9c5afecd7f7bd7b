package dev.mcpgateway.router.certificate;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Certificates cannot be read, made or kept. The message names the file and what to do. */
public final class CertificateStoreException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    CertificateStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
