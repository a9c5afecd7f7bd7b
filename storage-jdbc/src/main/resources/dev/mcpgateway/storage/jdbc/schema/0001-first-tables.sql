-- Times are milliseconds since 1970. Every statement can be repeated: an interrupted migration is run again.

CREATE TABLE IF NOT EXISTS client (
    id VARCHAR(2048) NOT NULL PRIMARY KEY,
    secret_hash VARCHAR(128),
    registration_token_hash VARCHAR(128),
    metadata VARCHAR NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS client_by_expiry ON client (expires_at);

CREATE TABLE IF NOT EXISTS login (
    state_hash VARCHAR(128) NOT NULL PRIMARY KEY,
    browser_hash VARCHAR(128) NOT NULL,
    provider VARCHAR(255) NOT NULL,
    request VARCHAR NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS login_by_expiry ON login (expires_at);

-- forget_at: a day after the expiry, until when a replay is seen.
CREATE TABLE IF NOT EXISTS code (
    hash VARCHAR(128) NOT NULL PRIMARY KEY,
    client_id VARCHAR(2048) NOT NULL,
    redirect_uri VARCHAR NOT NULL,
    code_challenge VARCHAR(255) NOT NULL,
    family_id VARCHAR(255) NOT NULL,
    user_id VARCHAR(512) NOT NULL,
    user_name VARCHAR NOT NULL,
    resource VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    expires_at BIGINT NOT NULL,
    forget_at BIGINT NOT NULL,
    used BOOLEAN NOT NULL
);
CREATE INDEX IF NOT EXISTS code_by_forgetting ON code (forget_at);

CREATE TABLE IF NOT EXISTS consent (
    user_id VARCHAR(512) NOT NULL,
    client_id VARCHAR(2048) NOT NULL,
    redirect_host VARCHAR(255) NOT NULL,
    resource VARCHAR(2048) NOT NULL,
    scope VARCHAR NOT NULL,
    given_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, client_id, redirect_host, resource)
);
CREATE INDEX IF NOT EXISTS consent_by_expiry ON consent (expires_at);

-- ends_at: the earlier of idle_expires_at and expires_at.
-- rotated_at, repeats: when the token before the current one was first rotated, and how often it was presented again.
CREATE TABLE IF NOT EXISTS grants (
    family_id VARCHAR(255) NOT NULL PRIMARY KEY,
    client_id VARCHAR(2048) NOT NULL,
    user_id VARCHAR(512) NOT NULL,
    user_name VARCHAR NOT NULL,
    resource VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    secret_hash VARCHAR(128) NOT NULL,
    sequence_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    rotated_at BIGINT NOT NULL,
    repeats BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS grants_by_user ON grants (user_id, family_id);
CREATE INDEX IF NOT EXISTS grants_by_client ON grants (client_id, family_id);
CREATE INDEX IF NOT EXISTS grants_by_end ON grants (ends_at);

-- Markers: grants of this user or client that were created up to and including up_to are dead.
CREATE TABLE IF NOT EXISTS user_revocation (
    user_id VARCHAR(512) NOT NULL PRIMARY KEY,
    up_to BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS user_revocation_by_time ON user_revocation (up_to);
CREATE TABLE IF NOT EXISTS client_revocation (
    client_id VARCHAR(2048) NOT NULL PRIMARY KEY,
    up_to BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS client_revocation_by_time ON client_revocation (up_to);

-- key_purpose remembers that a purpose once had a key, whatever becomes of the key.
CREATE TABLE IF NOT EXISTS key_purpose (
    purpose VARCHAR(255) NOT NULL PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS sealed_key (
    purpose VARCHAR(255) NOT NULL,
    id VARCHAR(255) NOT NULL,
    sealed VARCHAR NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (purpose, id)
);

-- details: name=value pairs, form-encoded.
CREATE TABLE IF NOT EXISTS audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    details VARCHAR NOT NULL
);
