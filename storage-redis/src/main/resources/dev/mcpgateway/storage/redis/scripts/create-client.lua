-- Writes a client unless a live one has its id.
-- KEYS: client, index of its bucket, ends of its bucket
-- ARGV: now, lifetime (ms), id, expires_at, then fields and values
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then
  return {0}
end
if expires_at then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], 0, ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
return {1}
