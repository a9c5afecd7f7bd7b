-- KEYS: client, index of its bucket, ends of its bucket
-- ARGV: now, id
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[2])
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then
  return {1}
end
return {0}
