-- Devices that wait for a decision. status: PENDING, ALLOWED or DENIED.
CREATE TABLE IF NOT EXISTS device (
    user_code_hash VARCHAR(128) NOT NULL PRIMARY KEY,
    code_hash VARCHAR(128) NOT NULL,
    client_id VARCHAR(2048) NOT NULL,
    request VARCHAR NOT NULL,
    expires_at BIGINT NOT NULL,
    status VARCHAR(16) NOT NULL
);
CREATE INDEX IF NOT EXISTS device_by_expiry ON device (expires_at);
