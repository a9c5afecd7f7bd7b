-- KEYS: strings of one bucket; absent ones are read as ''
local answer = {}
for i, key in ipairs(KEYS) do
  answer[i] = redis.call('GET', key) or ''
end
return answer
