-- Writes a key if the one that the caller knows is still the newest.
-- KEYS: keys of the purpose
-- ARGV: id, value, id of the newest
local fields = redis.call('HGETALL', KEYS[1])
local newest = ''
local newest_id = nil
for i = 1, #fields, 2 do
  if fields[i] ~= '' then
    local order = string.format('%015d', tonumber(string.match(fields[i + 1], '^(%d+):'))) .. fields[i]
    if order > newest then
      newest = order
      newest_id = fields[i]
    end
  end
end
if newest_id ~= ARGV[3] then
  return {0}
end
return {redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])}
