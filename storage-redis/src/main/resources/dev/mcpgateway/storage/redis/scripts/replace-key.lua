-- Writes a key's value if it has the one that the caller knows.
-- KEYS: keys of the purpose
-- ARGV: id, known value, value
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return {0}
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return {1}
