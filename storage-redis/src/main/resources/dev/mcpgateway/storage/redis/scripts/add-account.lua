-- Writes what is known of a user, unless something live is.
-- KEYS: account, due times of its bucket
-- ARGV: now, lifetime (ms), user id, due_at, then fields and values
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then
  return {0}
end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
return {1}
