-- Writes a hash as a whole.
-- KEYS: hash
-- ARGV: lifetime (ms), then fields and values
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {1}
