-- Writes a grant, unless it is there or was ended.
-- KEYS: grant, tombstone, index of its bucket, ends of its bucket
-- ARGV: now, lifetime (ms), family id, end, then fields and values
local ends = redis.call('HMGET', KEYS[1], 'expires_at', 'idle_expires_at')
if ends[1] and math.min(tonumber(ends[1]), tonumber(ends[2])) > tonumber(ARGV[1]) then
  return {'present'}
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  return {'ended'}
end
if ends[1] then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[3], 0, ARGV[3])
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[3])
return {'added'}
