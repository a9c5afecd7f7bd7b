-- The ids whose end has come.
-- KEYS: ends of a bucket
-- ARGV: now, how many
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
