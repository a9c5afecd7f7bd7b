-- KEYS: index
-- ARGV: ids
for _, id in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1], id)
end
return {1}
