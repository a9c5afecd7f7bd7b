package dev.mcpgateway.system;

import static dev.mcpgateway.system.Client.tokens;

import dev.mcpgateway.system.Client.Authorization;
import dev.mcpgateway.system.Client.Tokens;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Clients at work while the gateway is in trouble: they register, sign in, refresh and call. They ask again as clients
 * do, write down what was acknowledged, and every answer that is neither good nor says that there is trouble.
 */
final class Traffic implements AutoCloseable {
    private static final Set<Integer> TROUBLE = Set.of(502, 503, 504);

    private static final int REFRESHERS = 2;
    private static final int REFRESHES_PER_SIGN_IN = 5;
    private static final Duration BETWEEN_REGISTRATIONS = Duration.ofMillis(30);
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofMillis(20);
    private static final Duration RECOVERY_TIMEOUT = Duration.ofSeconds(30);

    private final Path certificates;
    private final URI service;
    private final Queue<Client> clients = new ConcurrentLinkedQueue<>();
    private final Queue<Family> families = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrongAnswers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final AtomicInteger troubles = new AtomicInteger();
    private final LongAccumulator lastGoodQuestion = new LongAccumulator(Math::max, Long.MIN_VALUE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Web> webs = new ArrayList<>();
    private final List<Future<?>> workers = new ArrayList<>();
    private volatile boolean running = true;

    /** A grant, and the last tokens that were acknowledged. */
    static final class Family {
        private final Client client;
        private Tokens tokens;

        private Family(Client client, Tokens tokens) {
            this.client = client;
            this.tokens = tokens;
        }

        HttpResponse<String> refresh() {
            return client.refresh(tokens.refresh());
        }
    }

    private Traffic(Path certificates, URI service) {
        this.certificates = certificates;
        this.service = service;
    }

    /** Begins at once, with a gateway that is not in trouble yet. */
    static Traffic start(Deployment deployment) {
        Traffic traffic = new Traffic(deployment.certificates(), deployment.echo());
        traffic.work((registrar, _) -> traffic.registerAgainAndAgain(registrar));
        for (int i = 0; i < REFRESHERS; i++) {
            traffic.work(traffic::signInAndRefresh);
        }
        return traffic;
    }

    private void work(BiConsumer<Registrar, Web> work) {
        Web web = new Web(certificates, this::judge);
        webs.add(web);
        Registrar registrar = Registrar.of(web, service);
        workers.add(threads.submit(() -> work.accept(registrar, web)));
    }

    private void judge(HttpResponse<String> answer) {
        if (answer.statusCode() >= 400 && !TROUBLE.contains(answer.statusCode())) {
            wrongAnswers.add(answer.statusCode() + " from " + answer.uri().getPath() + ": " + answer.body());
        }
    }

    private void registerAgainAndAgain(Registrar registrar) {
        while (running) {
            register(registrar);
            LockSupport.parkNanos(BETWEEN_REGISTRATIONS.toNanos());
        }
    }

    private Optional<Client> register(Registrar registrar) {
        Optional<Client> client = ask(() -> registrar.ask(Registrar.PUBLIC)).map(registrar::client);
        client.ifPresent(clients::add);
        return client;
    }

    private void signInAndRefresh(Registrar registrar, Web web) {
        User user = new User("alice", web);
        Deque<Family> mine = new ArrayDeque<>();
        while (running) {
            register(registrar).flatMap(client -> signIn(client, user)).ifPresent(mine::add);
            for (int i = 0; i < REFRESHES_PER_SIGN_IN && !mine.isEmpty(); i++) {
                refreshAndCall(mine.peekFirst());
                mine.addLast(mine.removeFirst());
            }
        }
    }

    /** A code is never presented again: whoever does so loses the grant. */
    private Optional<Family> signIn(Client client, User user) {
        try {
            Authorization authorization = client.authorize();
            String code = client.codeFrom(user, authorization);
            Optional<Family> family = ask(() -> client.redeem(code, authorization.verifier()))
                    .map(answer -> new Family(client, tokens(answer)));
            family.ifPresent(families::add);
            return family;
        } catch (UncheckedIOException | AssertionError _) {
            // The browser shows a page that tells of trouble, and its user tries another time. It was judged already.
            return Optional.empty();
        }
    }

    /** A refresh whose answer was lost is asked for with the same token again. */
    private void refreshAndCall(Family family) {
        Optional<HttpResponse<String>> answer = Optional.empty();
        while (answer.isEmpty() && running) {
            answer = ask(family::refresh);
        }
        if (answer.isPresent()) {
            family.tokens = tokens(answer.get());
            refreshes.incrementAndGet();
            ask(() -> family.client.initialize(family.tokens.access()));
        }
    }

    /** Empty if there is trouble; a little later then. */
    private Optional<HttpResponse<String>> ask(Supplier<HttpResponse<String>> question) {
        long asked = System.nanoTime();
        try {
            HttpResponse<String> answer = question.get();
            if (answer.statusCode() < 300) {
                lastGoodQuestion.accumulate(asked);
                return Optional.of(answer);
            }
        } catch (UncheckedIOException _) {
            // As good as no answer.
        }
        troubles.incrementAndGet();
        LockSupport.parkNanos(BEFORE_ASKING_AGAIN.toNanos());
        return Optional.empty();
    }

    /** How long it takes from now on until somebody asks something that gets a good answer. */
    Duration awaitRecovery() {
        long begin = System.nanoTime();
        while (lastGoodQuestion.get() < begin) {
            if (System.nanoTime() - begin > RECOVERY_TIMEOUT.toNanos()) {
                throw new AssertionError("no good answer within " + RECOVERY_TIMEOUT + "; wrong ones: " + wrongAnswers);
            }
            LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Those whose registration was acknowledged. */
    List<Client> clients() {
        return List.copyOf(clients);
    }

    /** Those whose sign-in was acknowledged. */
    List<Family> families() {
        return List.copyOf(families);
    }

    List<String> wrongAnswers() {
        return List.copyOf(wrongAnswers);
    }

    /** How many were acknowledged. */
    int refreshes() {
        return refreshes.get();
    }

    /** How many questions got no good answer. */
    int troubles() {
        return troubles.get();
    }

    /** Lets everybody finish what they are at. */
    void stop() {
        running = false;
        try {
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while clients finish", e);
        }
    }

    @Override
    public void close() {
        running = false;
        threads.close();
        webs.forEach(Web::close);
    }
}
