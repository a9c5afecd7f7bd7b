-- Forgets what a user agreed to until a moment, and moves the marker that remembers it forward.
-- KEYS: consents of the user, marker
-- ARGV: moment, lifetime of the marker (ms)
local consents = redis.call('HGETALL', KEYS[1])
for i = 1, #consents, 2 do
  if tonumber(string.match(consents[i + 1], '&(%-?%d+)&')) <= tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], consents[i])
  end
end
local before = redis.call('GET', KEYS[2])
if before and tonumber(before) >= tonumber(ARGV[1]) then
  return {0}
end
-- Behind a first write, a server that is full lets the rest pass: forgetting is always possible.
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {1}
