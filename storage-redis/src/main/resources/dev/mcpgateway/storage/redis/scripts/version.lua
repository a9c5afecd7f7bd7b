-- Notes which version writes here, and answers with what is noted: version, oldest version that can read it.
-- KEYS: schema
-- ARGV: version, oldest reader
local version = redis.call('HGET', KEYS[1], 'version')
if not version or tonumber(version) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'oldest_reader', ARGV[2])
end
return redis.call('HMGET', KEYS[1], 'version', 'oldest_reader')
