package dev.mcpgateway.router.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mcpgateway.router.acme.AcmeSettings.ExternalAccount;
import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.renewal.OrderException;
import dev.mcpgateway.router.renewal.OrderException.Reason;
import dev.mcpgateway.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;

/** Authorities that forget, refuse, or hurry; each test has one of its own. */
@Execution(ExecutionMode.CONCURRENT) // its cases wait, each for something else
class AuthorityTroubleTest {
    private static final String HMAC_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    @TempDir
    Path certificates;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private ProvingGateway gateway;
    private Pebble pebble;

    @AfterEach
    void stop() throws Exception {
        if (pebble != null) {
            pebble.close();
        }
        gateway.close();
    }

    @Test
    void livesThroughAStormOfRefusedNonces() throws Exception {
        start(Pebble.setup().with("PEBBLE_WFE_NONCEREJECT", "60"));

        assertThatCode(() -> order("storm.example.com")).doesNotThrowAnyException();
    }

    @Test
    void bindsTheAccountToOneThatTheOperatorHas() throws Exception {
        start(Pebble.setup()
                .config("\"externalAccountBindingRequired\": true")
                .config("\"externalAccountMACKeys\": {\"kid-1\": \"%s\"}".formatted(HMAC_KEY)));

        OrderException failure = failure(Orders.from(pebble).authority(certificates), "unbound.example.com");
        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure).hasMessageContaining("ACME_EAB_KID");

        ExternalAccount wrong = new ExternalAccount("kid-1", Secret.of(HMAC_KEY.toLowerCase(Locale.ROOT)));
        assertThat(failure(Orders.from(pebble).boundTo(wrong).authority(certificates), "wrong.example.com")
                        .reason())
                .isEqualTo(Reason.REFUSED);
        try (Stream<Path> keys = Files.list(keyFile().getParent())) {
            assertThat(keys).containsExactly(keyFile());
        }

        Orders bound = Orders.from(pebble).boundTo(new ExternalAccount("kid-1", Secret.of(HMAC_KEY)));
        assertThatCode(() -> bound.authority(certificates).order(List.of("bound.example.com"), Optional.empty()))
                .doesNotThrowAnyException();
    }

    @Test
    void replacesAnAccountThatWasDeactivated() throws Exception {
        start(Pebble.setup());
        order("before.example.com");
        byte[] oldKey = Files.readAllBytes(keyFile());
        try (AcmeServer server = AcmeServer.open(Orders.from(pebble).settings(), Clock.systemUTC())) {
            logIn(server).getAccount().deactivate();
        }

        order("after.example.com");

        assertThat(Files.readAllBytes(keyFile())).isNotEqualTo(oldKey);
        try (Stream<Path> files = Files.list(keyFile().getParent())) {
            assertThat(files.filter(file -> !file.equals(keyFile())))
                    .singleElement()
                    .satisfies(aside -> {
                        assertThat(aside.getFileName().toString()).startsWith("account-key-");
                        assertThat(aside).hasBinaryContent(oldKey);
                    });
        }
    }

    @Test
    void keepsItsAccountAndChangesItsContact() throws Exception {
        start(Pebble.setup());
        order("first.example.com");
        Orders changed = Orders.from(pebble).as("new@example.com");

        changed.authority(certificates).order(List.of("second.example.com"), Optional.empty());

        try (AcmeServer server = AcmeServer.open(changed.settings(), Clock.systemUTC())) {
            assertThat(logIn(server).getAccount().getContacts().toString()).isEqualTo("[mailto:new@example.com]");
        }
        try (Stream<Path> files = Files.list(keyFile().getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void comesBackToAnAuthorityThatForgotEverything() throws Exception {
        start(Pebble.setup());
        AcmeAuthority authority = Orders.from(pebble).authority(certificates);
        authority.order(List.of("before.example.com"), Optional.empty());

        pebble.stop();
        assertThat(failure(authority, "meanwhile.example.com").reason()).isEqualTo(Reason.UNREACHABLE);
        pebble.start();

        assertThatCode(() -> authority.order(List.of("after.example.com"), Optional.empty()))
                .doesNotThrowAnyException();
    }

    @Test
    void provesNothingTwiceThatIsStillProven() throws Exception {
        start(Pebble.setup().with("PEBBLE_AUTHZREUSE", "100"));
        order("proven.example.com");
        gateway.close();

        assertThatCode(() -> order("proven.example.com")).doesNotThrowAnyException();
    }

    @Test
    void takesShortLivedCertificatesAndRefusesWhatIsNotValidNow() throws Exception {
        start(Pebble.setup().config("\"certificateValidityPeriod\": 600"));

        Credential issued = order("short.example.com");
        assertThat(issued.expiresAt()).isBefore(Instant.now().plus(Duration.ofMinutes(11)));

        Clock late = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(20));
        OrderException failure = failure(Orders.from(pebble).at(late).authority(certificates), "late.example.com");
        assertThat(failure).hasMessageContaining("check the clock");
    }

    @Test
    void givesUpAnAuthorityThatRefusesEveryNonce() throws Exception {
        start(Pebble.setup().with("PEBBLE_WFE_NONCEREJECT", "100"));

        OrderException failure = failure(Orders.from(pebble).authority(certificates), "nonces.example.com");

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("badNonce");
    }

    @Test
    void ordersAgainAfterItWasKilledInTheMiddleOfAnOrder() throws Exception {
        gateway = new ProvingGateway(certificates, handler -> exchange -> {
            if (asked.getCount() > 0) {
                asked.countDown();
                await(answered);
            }
            handler.handle(exchange);
        });
        pebble = Pebble.setup().start(gateway.httpPort(), gateway.httpsPort());
        Process other = OrderMain.start(pebble, certificates, "killed.example.com");
        await(asked);

        other.destroyForcibly().waitFor();
        answered.countDown();

        assertThat(pendingAnswers()).hasSize(1);
        assertThatCode(() -> order("killed.example.com")).doesNotThrowAnyException();
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(61));
        new ChallengeFolder(certificates, later).put("http-01.another", "answer");
        assertThat(pendingAnswers()).singleElement().asString().endsWith("http-01.another");
    }

    private void start(Pebble.Setup setup) throws Exception {
        gateway = new ProvingGateway(certificates);
        pebble = setup.start(gateway.httpPort(), gateway.httpsPort());
    }

    private Credential order(String name) throws OrderException {
        return Orders.from(pebble).authority(certificates).order(List.of(name), Optional.empty());
    }

    private static OrderException failure(AcmeAuthority authority, String name) {
        return catchThrowableOfType(OrderException.class, () -> authority.order(List.of(name), Optional.empty()));
    }

    private Login logIn(AcmeServer server) throws Exception {
        return new AccountBuilder()
                .useKeyPair(AcmeKeys.read(keyFile()))
                .onlyExisting()
                .createLogin(server.session());
    }

    private Path keyFile() {
        String host = "localhost_" + pebble.directory().getPort();
        return certificates.resolve("acme").resolve(host).resolve("account-key.pem");
    }

    private List<String> pendingAnswers() throws IOException {
        try (Stream<Path> files = Files.list(certificates.resolve("acme/challenges"))) {
            return files.map(Path::toString).toList();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("did not happen");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
