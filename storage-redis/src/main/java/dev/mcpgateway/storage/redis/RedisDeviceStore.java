package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.DeviceStore;
import java.time.Clock;
import java.util.Optional;

/** Devices that wait for a decision in hashes {@code oauth:device:}. */
final class RedisDeviceStore implements DeviceStore {
    private static final String STATUS = "status";

    private final Redis redis;
    private final Clock clock;

    RedisDeviceStore(Redis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public boolean begin(PendingDevice device) {
        Fields fields = Fields.create()
                .with("user_code_hash", device.userCodeHash())
                .with("code_hash", device.codeHash())
                .with("client_id", device.clientId())
                .with("request", device.request())
                .with("expires_at", device.expiresAt())
                .with(STATUS, Status.PENDING.name());
        return redis.run(Script.BEGIN_DEVICE.on(
                        Keys.device(device.userCodeHash()),
                        fields.after(clock.millis(), Lifetime.until(device.expiresAt(), clock))))
                .yes();
    }

    @Override
    public Optional<PendingDevice> find(String userCodeHash) {
        return live(userCodeHash)
                .filter(fields -> status(fields) == Status.PENDING)
                .map(fields -> new PendingDevice(
                        fields.text("user_code_hash"),
                        fields.text("code_hash"),
                        fields.text("client_id"),
                        fields.text("request"),
                        fields.instant("expires_at")));
    }

    @Override
    public boolean decide(String userCodeHash, boolean allowed) {
        return redis.run(Script.DECIDE_DEVICE.on(
                        Keys.device(userCodeHash),
                        clock.millis(),
                        Status.PENDING.name(),
                        (allowed ? Status.ALLOWED : Status.DENIED).name()))
                .yes();
    }

    @Override
    public Optional<Status> status(String userCodeHash, String codeHash) {
        return live(userCodeHash)
                .filter(fields -> fields.text("code_hash").equals(codeHash))
                .map(RedisDeviceStore::status);
    }

    private Optional<Fields> live(String userCodeHash) {
        return redis.run(Script.READ.on(Keys.device(userCodeHash))).records().stream()
                .filter(fields -> !fields.isEmpty() && fields.number("expires_at") > clock.millis())
                .findFirst();
    }

    private static Status status(Fields fields) {
        return Status.valueOf(fields.text(STATUS));
    }
}
