-- Forgets in the indexes which clients have ended; Redis has dropped them by itself.
-- KEYS: index of a bucket, ends of the bucket
-- ARGV: now, how many at most
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end
return ids
