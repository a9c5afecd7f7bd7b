-- The latest events: for each the number of its elements, then its fields and values.
-- KEYS: stream
-- ARGV: how many
local answer = {}
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[1])) do
  answer[#answer + 1] = tostring(#entry[2])
  for _, text in ipairs(entry[2]) do
    answer[#answer + 1] = text
  end
end
return answer
