-- Writes what is known of a user, instead of what was known.
-- KEYS: account, due times of its bucket
-- ARGV: lifetime (ms), user id, due_at, then fields and values
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return {1}
