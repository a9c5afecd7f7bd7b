-- Writes a hash as a whole.
-- KEYS: hash
-- ARGV: lifetime (ms), then fields and values
-- A server that is full lets everything pass behind a first write, as DEL is one.
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {1}
