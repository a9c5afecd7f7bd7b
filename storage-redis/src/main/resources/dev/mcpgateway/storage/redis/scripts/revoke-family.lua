-- Ends a family and remembers that it was ended until it would have expired.
-- KEYS: grant, tombstone, index of its bucket, ends of its bucket, counter of its bucket
-- ARGV: now, family id, channel, bucket, news
local fields = redis.call('HMGET', KEYS[1], 'expires_at', 'idle_expires_at')
local ended = 0
if fields[1] then
  local rest = tonumber(fields[1]) - tonumber(ARGV[1])
  if math.min(tonumber(fields[1]), tonumber(fields[2])) > tonumber(ARGV[1]) then
    ended = 1
  end
  -- Before anything that needs memory: behind a first write, a server that is full lets the rest pass.
  redis.call('DEL', KEYS[1])
  if rest > 0 then
    redis.call('SET', KEYS[2], fields[1], 'PX', string.format('%.0f', math.min(rest, 3155760000000)))
  end
  redis.call('ZREM', KEYS[3], ARGV[2])
  redis.call('ZREM', KEYS[4], ARGV[2])
end
local number = redis.call('INCR', KEYS[5])
redis.call('PUBLISH', ARGV[3], ARGV[4] .. ':' .. number .. ':' .. ARGV[5])
return {ended}
