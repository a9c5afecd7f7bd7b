-- Changes the status of a live device that waits.
-- KEYS: device
-- ARGV: now, status of those that wait, new status
local fields = redis.call('HMGET', KEYS[1], 'expires_at', 'status')
if not fields[1] or tonumber(fields[1]) <= tonumber(ARGV[1]) or fields[2] ~= ARGV[2] then
  return {0}
end
redis.call('HSET', KEYS[1], 'status', ARGV[3])
return {1}
