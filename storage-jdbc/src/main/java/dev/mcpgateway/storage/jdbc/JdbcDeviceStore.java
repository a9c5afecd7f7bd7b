package dev.mcpgateway.storage.jdbc;

import dev.mcpgateway.storage.DeviceStore;
import dev.mcpgateway.storage.spi.EpochMillis;
import java.time.Clock;
import java.util.Optional;

/** Devices that wait for a decision, in table {@code device}. */
final class JdbcDeviceStore implements DeviceStore {
    private final Database database;
    private final Clock clock;

    JdbcDeviceStore(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public boolean begin(PendingDevice device) {
        return database.inTransaction(statements -> {
            statements.update(
                    "DELETE FROM device WHERE user_code_hash = ? AND expires_at <= ?",
                    device.userCodeHash(),
                    clock.millis());
            if (statements
                    .first("SELECT 1 FROM device WHERE user_code_hash = ?", row -> row.number(1), device.userCodeHash())
                    .isPresent()) {
                return false;
            }
            statements.update(
                    """
                    INSERT INTO device (user_code_hash, code_hash, client_id, request, expires_at, status)
                    VALUES (?, ?, ?, ?, ?, ?)""",
                    device.userCodeHash(),
                    device.codeHash(),
                    device.clientId(),
                    device.request(),
                    EpochMillis.of(device.expiresAt()),
                    Status.PENDING.name());
            return true;
        });
    }

    @Override
    public Optional<PendingDevice> find(String userCodeHash) {
        return database.first(
                """
                SELECT user_code_hash, code_hash, client_id, request, expires_at FROM device
                WHERE user_code_hash = ? AND expires_at > ? AND status = 'PENDING'""",
                row -> new PendingDevice(row.text(1), row.text(2), row.text(3), row.text(4), row.instant(5)),
                userCodeHash,
                clock.millis());
    }

    @Override
    public boolean decide(String userCodeHash, boolean allowed) {
        // Whoever changes the row has decided.
        return database.update(
                        "UPDATE device SET status = ? WHERE user_code_hash = ? AND expires_at > ? AND status = 'PENDING'",
                        (allowed ? Status.ALLOWED : Status.DENIED).name(),
                        userCodeHash,
                        clock.millis())
                > 0;
    }

    @Override
    public Optional<Status> status(String userCodeHash, String codeHash) {
        return database.first(
                "SELECT status FROM device WHERE user_code_hash = ? AND code_hash = ? AND expires_at > ?",
                row -> Status.valueOf(row.text(1)),
                userCodeHash,
                codeHash,
                clock.millis());
    }
}
