-- Writes what is known of a user, if that was what the caller has seen.
-- KEYS: account, due times of its bucket
-- ARGV: now, sealed and due_at as seen, lifetime (ms), user id, due_at, then fields and values
local fields = redis.call('HMGET', KEYS[1], 'sealed', 'due_at', 'expires_at')
if fields[1] ~= ARGV[2] or fields[2] ~= ARGV[3] or tonumber(fields[3]) <= tonumber(ARGV[1]) then
  return {0}
end
redis.call('HSET', KEYS[1], unpack(ARGV, 7))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[6], ARGV[5])
return {1}
