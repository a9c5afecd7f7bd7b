-- Writes a consent as a backup has it, unless there is a live one or a marker that ends it.
-- KEYS: consents of the user, markers of the user
-- ARGV: now, moment of the client's marker or '', lifetime (ms), name, value, when it was given
local ended = tonumber(ARGV[2]) or -math.huge
for i = 2, #KEYS do
  ended = math.max(ended, tonumber(redis.call('GET', KEYS[i])) or -math.huge)
end
local there = redis.call('HGET', KEYS[1], ARGV[4])
if there then
  local given_at, expires_at = string.match(there, '&(%-?%d+)&(%-?%d+)$')
  if tonumber(expires_at) > tonumber(ARGV[1]) and tonumber(given_at) > ended then
    return {'present'}
  end
end
if tonumber(ARGV[6]) <= ended then
  return {'ended'}
end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[5])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return {'added'}
