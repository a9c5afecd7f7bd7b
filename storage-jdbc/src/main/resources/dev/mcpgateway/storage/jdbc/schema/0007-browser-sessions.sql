-- Browsers in which somebody is signed in, by the hash of their cookie.
CREATE TABLE IF NOT EXISTS browser_session (
    hash VARCHAR(128) NOT NULL PRIMARY KEY,
    user_id VARCHAR(512) NOT NULL,
    user_name VARCHAR NOT NULL,
    provider VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS browser_session_by_expiry ON browser_session (expires_at);
