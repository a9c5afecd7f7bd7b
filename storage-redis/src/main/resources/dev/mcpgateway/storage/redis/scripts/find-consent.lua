-- KEYS: consents of the user
-- ARGV: name
return {redis.call('HGET', KEYS[1], ARGV[1]) or ''}
