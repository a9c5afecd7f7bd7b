package dev.mcpgateway.oracle.admission;

import dev.mcpgateway.storage.AccountStore;
import dev.mcpgateway.storage.AccountStore.Account;
import dev.mcpgateway.storage.RevocationListener;
import dev.mcpgateway.storage.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Looks every two seconds whose time has come, and has them checked, a few at once. Whoever is revoked is forgotten as
 * soon. Closing it ends that.
 */
public final class MembershipWatch implements RevocationListener, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(MembershipWatch.class.getName());
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final int BATCH = 64;
    private static final int AT_ONCE = 8;
    private static final int MAX_WAITING = 1_000;

    private final AccountStore accounts;
    private final MembershipCheck check;
    private final BlockingQueue<String> revokedUsers = new LinkedBlockingQueue<>(MAX_WAITING);
    private final CountDownLatch closed = new CountDownLatch(1);

    private MembershipWatch(AccountStore accounts, MembershipCheck check) {
        this.accounts = accounts;
        this.check = check;
    }

    public static MembershipWatch start(AccountStore accounts, MembershipCheck check) {
        MembershipWatch watch = new MembershipWatch(accounts, check);
        Thread.ofVirtual().name("membership-watch").start(watch::run);
        return watch;
    }

    /** The grants of many end with one revocation; those of one that ends alone are noticed when the user is due. */
    @Override
    public void revoked(Revocation revocation) {
        if (revocation instanceof Revocation.User(var userId, var _)) {
            var _ = revokedUsers.offer(userId); // Those who find no place are noticed when they are due.
        }
    }

    @Override
    public void lost() {}

    @Override
    public void restored() {}

    private void run() {
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                attempt(this::forgetRevoked);
                attempt(this::checkDue);
            }
        } catch (InterruptedException _) {
            // Nobody else knows this thread, so this is the end of the program.
            Thread.currentThread().interrupt();
        }
    }

    private void forgetRevoked() {
        for (String userId = revokedUsers.poll(); userId != null; userId = revokedUsers.poll()) {
            check.ended(userId);
        }
    }

    private void checkDue() {
        List<Account> due = accounts.due(BATCH);
        while (!due.isEmpty() && closed.getCount() > 0) {
            checkAll(due);
            due = due.size() < BATCH ? List.of() : accounts.due(BATCH);
        }
    }

    private void checkAll(List<Account> due) {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            due.forEach(account -> threads.execute(() -> attempt(() -> check.due(account))));
        }
    }

    private static void attempt(Runnable step) {
        try {
            step.run();
        } catch (StoreException e) {
            LOGGER.log(Level.WARNING, "memberships are not checked at the moment: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
