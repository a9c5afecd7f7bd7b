-- Users as their identity providers described them last.
CREATE TABLE IF NOT EXISTS account (
    user_id VARCHAR(512) NOT NULL PRIMARY KEY,
    sealed VARCHAR NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS account_by_due ON account (due_at);
CREATE INDEX IF NOT EXISTS account_by_expiry ON account (expires_at);
-- Which user a name of an identity provider belongs to.
CREATE TABLE IF NOT EXISTS pin (
    name VARCHAR(512) NOT NULL PRIMARY KEY,
    user_id VARCHAR(512) NOT NULL
);
