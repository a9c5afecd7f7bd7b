-- Moves the marker of a user or a client forward. It outlives every grant in the index.
-- KEYS: marker, index of the owner, counter of its bucket
-- ARGV: moment, least lifetime (ms), margin (ms), channel, bucket, news
local before = redis.call('GET', KEYS[1])
local moved = 0
if not before or tonumber(before) < tonumber(ARGV[1]) then
  -- Behind a first write, a server that is full lets the rest pass: revoking is always possible.
  redis.call('DEL', KEYS[1])
  local rest = redis.call('PTTL', KEYS[2])
  redis.call('SET', KEYS[1], ARGV[1], 'PX', string.format('%.0f',
    math.max(rest + tonumber(ARGV[3]), tonumber(ARGV[2]))))
  moved = 1
end
local number = redis.call('INCR', KEYS[3])
redis.call('PUBLISH', ARGV[4], ARGV[5] .. ':' .. number .. ':' .. ARGV[6])
return {moved}
