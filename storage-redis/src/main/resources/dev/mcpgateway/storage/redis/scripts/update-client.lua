-- Replaces fields of a live client.
-- KEYS: client
-- ARGV: now, number of fields to drop, their names, then fields and values
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if not expires_at or tonumber(expires_at) <= tonumber(ARGV[1]) then
  return {0}
end
local drop = tonumber(ARGV[2])
for i = 3, 2 + drop do
  redis.call('HDEL', KEYS[1], ARGV[i])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3 + drop))
return {1}
