-- The ids whose time has come.
-- KEYS: times of a bucket
-- ARGV: now, how many
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
