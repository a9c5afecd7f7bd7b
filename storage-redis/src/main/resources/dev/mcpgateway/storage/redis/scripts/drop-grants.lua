-- Removes grants of one bucket that have ended or were ended by a marker.
-- KEYS: index of the bucket, ends of the bucket, then grants
-- ARGV: family ids, in the order of the grants
for i, family in ipairs(ARGV) do
  redis.call('DEL', KEYS[2 + i])
  redis.call('ZREM', KEYS[1], family)
  redis.call('ZREM', KEYS[2], family)
end
return {1}
