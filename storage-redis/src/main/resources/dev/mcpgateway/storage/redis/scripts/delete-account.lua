-- Forgets what is known of a user; says whether it was live.
-- KEYS: account, due times of its bucket
-- ARGV: now, user id
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then
  return {1}
end
return {0}
