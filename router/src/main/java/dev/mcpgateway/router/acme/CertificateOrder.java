package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.acme.ChallengeAnswers.Shown;
import dev.mcpgateway.router.certificate.Credential;
import dev.mcpgateway.router.certificate.P256;
import dev.mcpgateway.router.renewal.OrderException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.AcmeJsonResource;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.TokenChallenge;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;

/**
 * One order, from its names to the certificate. For one use.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8555#section-7.4">RFC 8555, section 7.4</a>
 */
final class CertificateOrder {
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final int LOST_ANSWERS = 5;
    private static final Set<Status> ENDED = EnumSet.of(Status.VALID, Status.INVALID);
    private static final Set<Status> GIVEN_UP =
            EnumSet.of(Status.INVALID, Status.DEACTIVATED, Status.EXPIRED, Status.REVOKED, Status.CANCELED);

    private final AcmeSettings settings;
    private final AcmeServer server;
    private final Login login;
    private final ChallengeAnswers answers;
    private final OrderFailures failures;
    private final Clock clock;
    private final List<Shown> shown = new ArrayList<>();
    private long deadline;
    private String doing = "ordering a certificate";

    CertificateOrder(
            AcmeSettings settings,
            AcmeServer server,
            Login login,
            ChallengeAnswers answers,
            OrderFailures failures,
            Clock clock) {
        this.settings = settings;
        this.server = server;
        this.login = login;
        this.answers = answers;
        this.failures = failures;
        this.clock = clock;
    }

    Credential place(List<String> names, Optional<X509Certificate> replaced) throws OrderException {
        try {
            doing = "ordering a certificate for " + String.join(", ", names);
            Order order = create(names, replaced);
            if (order.getStatus() == Status.PENDING) {
                prove(order.getAuthorizations());
            }
            return issue(order, names);
        } catch (AcmeException | RuntimeException e) { // the library throws both for what an authority does wrong
            throw failures.of(doing, e, server.retryAfter());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderException(OrderException.Reason.LOCAL, "Interrupted when " + doing, Optional.empty(), e);
        } finally {
            shown.forEach(Shown::close);
        }
    }

    /** What it replaces is a favour to ask; an authority that does not know it issues one more. */
    private Order create(List<String> names, Optional<X509Certificate> replaced) throws AcmeException {
        Optional<String> id =
                login.getSession().resourceUrlOptional(Resource.RENEWAL_INFO).isPresent()
                        ? replaced.flatMap(AcmeAuthority::renewalId)
                        : Optional.empty();
        if (id.isEmpty()) {
            return builder(names).create();
        }
        try {
            return builder(names).replaces(id.get()).create();
        } catch (AcmeRateLimitedException e) {
            throw e;
        } catch (AcmeServerException _) {
            return builder(names).create(); // refuses again if that was not the reason
        }
    }

    private OrderBuilder builder(List<String> names) {
        OrderBuilder order = login.newOrder().domains(names);
        if (settings.profile() != null) {
            order.profile(settings.profile());
        }
        return order;
    }

    private void prove(List<Authorization> authorizations) throws AcmeException, OrderException, InterruptedException {
        Map<Authorization, TokenChallenge> pending = new LinkedHashMap<>();
        for (Authorization authorization : authorizations) {
            String domain = authorization.getIdentifier().getDomain();
            switch (authorization.getStatus()) {
                case VALID -> {}
                case PENDING -> pending.put(authorization, show(domain, authorization));
                default -> throw notProven(authorization);
            }
        }
        if (pending.isEmpty()) {
            return;
        }
        Thread.sleep(ChallengeFolder.SETTLED);
        startTime();
        for (TokenChallenge challenge : pending.values()) {
            if (challenge.getStatus() == Status.PENDING) {
                challenge.trigger();
            }
        }
        for (Authorization authorization : pending.keySet()) {
            doing = "proving " + authorization.getIdentifier().getDomain();
            if (await(authorization, ENDED) != Status.VALID) {
                throw notProven(authorization);
            }
        }
    }

    private TokenChallenge show(String domain, Authorization authorization) throws OrderException {
        String type = settings.challenge().type();
        for (Challenge offered : authorization.getChallenges()) {
            if (offered.getType().equals(type) && offered instanceof TokenChallenge challenge) {
                String keyAuthorization = challenge.getAuthorization();
                String token = keyAuthorization.substring(0, keyAuthorization.lastIndexOf('.'));
                shown.add(answers.show(domain, token, keyAuthorization));
                return challenge;
            }
        }
        throw failures.refused("offers no %s for %s%s. Set ACME_CHALLENGE to one that it offers: %s"
                .formatted(
                        type,
                        authorization.isWildcard() ? "*." : "",
                        domain,
                        OrderFailures.plain(authorization.getChallenges().stream()
                                .map(Challenge::getType)
                                .toList()
                                .toString())));
    }

    private Credential issue(Order order, List<String> names)
            throws AcmeException, OrderException, InterruptedException {
        doing = "issuing the certificate for " + String.join(", ", names);
        startTime();
        Status ready = await(order, EnumSet.of(Status.READY, Status.VALID, Status.INVALID));
        if (ready != Status.READY) {
            throw invalid(order);
        }
        KeyPair key = P256.newKeyPair();
        order.execute(key);
        if (await(order, ENDED) != Status.VALID) {
            throw invalid(order);
        }
        try {
            return IssuedChain.verified(order.getCertificate().getCertificateChain(), key, names, clock.instant());
        } catch (GeneralSecurityException e) {
            throw failures.refused("has issued a certificate that is not used: it " + e.getMessage());
        }
    }

    private OrderException invalid(Order order) {
        Optional<Problem> error = order.getError();
        if (error.isPresent()) {
            return failures.of(doing, new AcmeServerException(error.get()), Optional.empty());
        }
        return failures.refused(
                "has ended the order with status %s when %s, and did not say why".formatted(order.getStatus(), doing));
    }

    private OrderException notProven(Authorization authorization) {
        List<Problem> problems = authorization.getChallenges().stream()
                .flatMap(challenge -> challenge.getError().stream())
                .toList();
        return failures.notProven(authorization.getIdentifier().getDomain(), settings.challenge(), problems);
    }

    private void startTime() {
        deadline = System.nanoTime() + settings.orderTimeout().toNanos();
    }

    /**
     * Asks until it is in one of these states, as often as the authority likes, through a few answers that get lost.
     */
    private <T extends AcmeJsonResource & PollableResource> Status await(T resource, Set<Status> states)
            throws AcmeException, OrderException, InterruptedException {
        Duration usual = FIRST_WAIT;
        Optional<Instant> told = Optional.empty();
        int lost = 0;
        while (!states.contains(resource.getStatus()) && !GIVEN_UP.contains(resource.getStatus())) {
            pause(told, usual);
            usual = usual.compareTo(LONGEST_WAIT) < 0 ? usual.multipliedBy(2) : LONGEST_WAIT;
            try {
                told = resource.fetch();
                lost = 0;
            } catch (AcmeNetworkException e) {
                if (++lost > LOST_ANSWERS || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
        return resource.getStatus();
    }

    private void pause(Optional<Instant> told, Duration usual) throws OrderException, InterruptedException {
        Duration wait = told.map(time -> Duration.between(clock.instant(), time))
                .filter(Duration::isPositive)
                .orElse(usual);
        if (System.nanoTime() + wait.toNanos() - deadline > 0) {
            throw failures.late(doing, told);
        }
        Thread.sleep(wait);
    }
}
