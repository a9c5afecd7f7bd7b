-- Markers: consents that this user gave up to and including up_to are forgotten.
CREATE TABLE IF NOT EXISTS forgotten_consents (
    user_id VARCHAR(512) NOT NULL PRIMARY KEY,
    up_to BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS forgotten_consents_by_time ON forgotten_consents (up_to);
