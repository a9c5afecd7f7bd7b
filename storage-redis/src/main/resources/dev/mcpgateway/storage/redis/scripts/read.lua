-- Reads hashes of one bucket: for each the number of its elements, then its fields and values.
-- KEYS: hashes
local answer = {}
for _, key in ipairs(KEYS) do
  local fields = redis.call('HGETALL', key)
  answer[#answer + 1] = tostring(#fields)
  for _, text in ipairs(fields) do
    answer[#answer + 1] = text
  end
end
return answer
