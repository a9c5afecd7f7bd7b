-- Reads a hash and removes it.
-- KEYS: hash
local fields = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return fields
