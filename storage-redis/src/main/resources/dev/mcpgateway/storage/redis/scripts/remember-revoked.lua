-- KEYS: tombstone
-- ARGV: lifetime (ms), moment
if redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1], 'NX') then
  return {1}
end
return {0}
