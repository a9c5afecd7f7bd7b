package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.acme.AcmeSettings.ExternalAccount;
import dev.mcpgateway.router.certificate.P256;
import dev.mcpgateway.router.certificate.PemFile;
import dev.mcpgateway.router.renewal.OrderException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * The account with the authority: whoever has the key in {@code acme/DIRECTORY-HOST/account-key.pem}. One that was
 * deactivated or revoked is replaced by a new one; its key is kept under another name.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8555#section-7.3">RFC 8555, section 7.3</a>
 */
final class AcmeAccount {
    private static final System.Logger LOG = System.getLogger(AcmeAccount.class.getName());
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS").withZone(ZoneOffset.UTC);

    private final AcmeSettings settings;
    private final Path keyFile;
    private final Clock clock;

    /** @param certificates the shared folder of certificates */
    AcmeAccount(AcmeSettings settings, Path certificates, Clock clock) {
        this.settings = settings;
        this.keyFile =
                certificates.resolve("acme").resolve(settings.directoryHost()).resolve("account-key.pem");
        this.clock = clock;
    }

    /**
     * Finds the account by its key, or makes one.
     *
     * @throws OrderException if the terms are not accepted, or the key cannot be read or written
     * @throws AcmeException if the authority refuses
     */
    Login logIn(Session session) throws AcmeException, OrderException {
        checkTerms(session);
        boolean isNew = Files.notExists(keyFile);
        KeyPair key = isNew ? createKey() : readKey();
        try {
            Login login = register(session, key);
            if (login.getAccount().getStatus() == Status.VALID) {
                return withContact(login);
            }
        } catch (AcmeServerException e) {
            if (isNew || !isUnauthorized(e) || !isKnown(session, key)) {
                throw e;
            }
        }
        setKeyAside();
        return register(session, createKey());
    }

    private Login register(Session session, KeyPair key) throws AcmeException {
        AccountBuilder account = new AccountBuilder().useKeyPair(key).addEmail(settings.email());
        if (settings.acceptsTerms()) {
            account.agreeToTermsOfService();
        }
        ExternalAccount external = settings.external();
        if (external != null) {
            account.withKeyIdentifier(external.kid(), external.hmacKey().reveal());
        }
        return account.createLogin(session);
    }

    /** Whether the authority has, or had, an account of this key; else it is the new one that it refuses. */
    private static boolean isKnown(Session session, KeyPair key) throws AcmeException {
        try {
            new AccountBuilder().useKeyPair(key).onlyExisting().createLogin(session);
            return true;
        } catch (AcmeServerException e) {
            if (isUnauthorized(e)) {
                return true;
            }
            if (OrderFailures.type(e.getProblem()).equals("accountDoesNotExist")) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isUnauthorized(AcmeServerException failure) {
        return OrderFailures.type(failure.getProblem()).equals("unauthorized");
    }

    private void checkTerms(Session session) throws AcmeException, OrderException {
        Optional<URI> terms = session.getMetadata().getTermsOfService();
        if (terms.isPresent() && !settings.acceptsTerms()) {
            throw new OrderException(
                    OrderException.Reason.REFUSED,
                    "%s issues certificates to those who accept its terms of service: read %s and set ACME_ACCEPT_TERMS=true"
                            .formatted(
                                    settings.directoryHost(),
                                    OrderFailures.plain(terms.get().toString())),
                    Optional.empty(),
                    null);
        }
    }

    /** An authority that tells no contacts has none to change. */
    private Login withContact(Login login) throws AcmeException {
        Account account = login.getAccount();
        List<URI> contacts = account.getContacts();
        URI wanted = URI.create("mailto:" + settings.email());
        if (!contacts.isEmpty() && !contacts.equals(List.of(wanted))) {
            Account.EditableAccount edited = account.modify();
            edited.getContacts().clear();
            edited.addContact(wanted).commit();
            LOG.log(Level.INFO, "acme event=contact-changed authority={0}", settings.directoryHost());
        }
        return login;
    }

    private KeyPair createKey() throws OrderException {
        try {
            KeyPair key = P256.newKeyPair();
            PemFile.writeKey(keyFile, key.getPrivate());
            LOG.log(Level.INFO, "acme event=account-key-made file={0}", keyFile);
            return key;
        } catch (IOException e) {
            throw unusable("cannot be written", e);
        }
    }

    private KeyPair readKey() throws OrderException {
        try {
            return AcmeKeys.read(keyFile);
        } catch (IOException e) {
            throw unusable("cannot be read; move it away to have a new account made", e);
        }
    }

    private void setKeyAside() throws OrderException {
        Path aside = keyFile.resolveSibling("account-key-" + TIME.format(clock.instant()) + ".pem");
        try {
            Files.move(keyFile, aside, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unusable("cannot be set aside", e);
        }
        LOG.log(
                Level.WARNING,
                "acme event=account-replaced authority={0}: it accepts the account no more; its key is kept as {1}",
                settings.directoryHost(),
                aside);
    }

    private OrderException unusable(String what, Exception cause) {
        return new OrderException(
                OrderException.Reason.LOCAL,
                "The ACME account's key, %s, %s (%s)".formatted(keyFile, what, OrderFailures.shortly(cause)),
                Optional.empty(),
                cause);
    }
}
