-- Adds a family to the index of its user or client, which lives as long as what it names.
-- KEYS: index
-- ARGV: lifetime (ms), family id
redis.call('ZADD', KEYS[1], 0, ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return {1}
