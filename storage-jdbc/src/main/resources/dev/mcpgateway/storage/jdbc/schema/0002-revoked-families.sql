-- Families that were ended before their time, until then: an old backup must not bring them back.
CREATE TABLE IF NOT EXISTS revoked_family (
    family_id VARCHAR(255) NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS revoked_family_by_expiry ON revoked_family (expires_at);
