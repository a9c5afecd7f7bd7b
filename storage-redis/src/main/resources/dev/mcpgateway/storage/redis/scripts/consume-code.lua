-- Redeems a code and creates its grant, in one step.
-- KEYS: redemption, grant, index of its bucket, ends of its bucket
-- ARGV: memory of the redemption (ms), hash of the code, lifetime of the grant (ms), family id, end, then fields and
-- values of the grant
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {'replayed'}
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
redis.call('HSET', KEYS[2], unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], 0, ARGV[4])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[4])
return {'fresh'}
