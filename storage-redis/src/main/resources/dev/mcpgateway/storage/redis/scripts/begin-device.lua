-- Writes a device that waits, unless a live one has its user code.
-- KEYS: device
-- ARGV: now, lifetime (ms), then fields and values
local expires_at = redis.call('HGET', KEYS[1], 'expires_at')
if expires_at and tonumber(expires_at) > tonumber(ARGV[1]) then
  return {0}
end
if expires_at then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {1}
