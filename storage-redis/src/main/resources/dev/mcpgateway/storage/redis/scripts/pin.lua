-- Writes a text unless there is one; says whether it did, and the text that is there now.
-- KEYS: text
-- ARGV: text
local owner = redis.call('GET', KEYS[1])
if owner then
  return {0, owner}
end
redis.call('SET', KEYS[1], ARGV[1])
return {1, ARGV[1]}
