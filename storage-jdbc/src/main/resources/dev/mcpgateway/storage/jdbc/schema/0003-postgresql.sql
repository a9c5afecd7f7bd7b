-- Lines that begin with the mark of one kind of database are for it alone.

-- How many revocations there were, in the row of id 1. H2 needs no such count.
CREATE TABLE IF NOT EXISTS revocation_counter (
    id INTEGER NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

-- PostgreSQL has no room for all of this key in an index. The hashes are of the bytes of the text.
--postgresql ALTER TABLE consent DROP CONSTRAINT IF EXISTS consent_pkey;
--postgresql CREATE UNIQUE INDEX IF NOT EXISTS consent_by_user ON consent (
--postgresql     user_id,
--postgresql     sha256(decode(replace(client_id, '\', '\\'), 'escape')),
--postgresql     sha256(decode(replace(redirect_host, '\', '\\'), 'escape')),
--postgresql     sha256(decode(replace(resource, '\', '\\'), 'escape'))
--postgresql );
