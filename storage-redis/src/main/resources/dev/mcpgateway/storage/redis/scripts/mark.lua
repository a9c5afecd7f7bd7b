-- Moves the marker of a user or a client forward, and with it its end.
-- KEYS: marker, counter of its bucket
-- ARGV: moment, lifetime (ms), channel, bucket, news
local before = redis.call('GET', KEYS[1])
local moved = 0
if not before or tonumber(before) < tonumber(ARGV[1]) then
  -- Behind a first write, a server that is full lets the rest pass: revoking is always possible.
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  moved = 1
end
local number = redis.call('INCR', KEYS[2])
redis.call('PUBLISH', ARGV[3], ARGV[4] .. ':' .. number .. ':' .. ARGV[5])
return {moved}
