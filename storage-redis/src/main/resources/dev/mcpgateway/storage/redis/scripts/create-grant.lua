-- Writes a new grant, unless it is there or was ended.
-- KEYS: grant, tombstone, index of its bucket, ends of its bucket
-- ARGV: lifetime (ms), family id, end, then fields and values
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('EXISTS', KEYS[2]) == 1 then
  return {0}
end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[2])
return {1}
