-- Lets a live client live longer, never shorter.
-- KEYS: client, ends of its bucket
-- ARGV: now, lifetime (ms), id, expires_at
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if not expires_at or tonumber(expires_at) <= tonumber(ARGV[1])
    or tonumber(expires_at) >= tonumber(ARGV[4]) then
  return {0}
end
redis.call('HSET', KEYS[1], 'expires_at', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
return {1}
