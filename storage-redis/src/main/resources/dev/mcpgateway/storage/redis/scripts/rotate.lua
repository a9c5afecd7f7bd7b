-- One compare-and-set on a family. Sequences are decimals of equal length, so that texts compare as numbers do.
-- KEYS: grant, tombstone, index of its bucket, ends of its bucket, counter of its bucket
-- ARGV: now, hash of the secret, client, sequence, its successor, present moment of the caller, new idle end,
-- new end, new lifetime (ms), grace (ms), most repeats, channel, bucket, news, family id
local fields = redis.call('HGETALL', KEYS[1])
local grant = {}
for i = 1, #fields, 2 do
  grant[fields[i]] = fields[i + 1]
end
if not grant.secret_hash or grant.secret_hash ~= ARGV[2] then
  return {'unknown'}
end
if math.min(tonumber(grant.idle_expires_at), tonumber(grant.expires_at)) <= tonumber(ARGV[1]) then
  return {'unknown'}
end
if grant.client_id ~= ARGV[3] then
  return {'foreign'}
end
if ARGV[5] == '' then
  return {'unknown'}
end
if ARGV[4] >= grant.sequence then
  local outcome = ARGV[4] == grant.sequence and 'advanced' or 'recovered'
  redis.call('HSET', KEYS[1], 'sequence', ARGV[5], 'last_used_at', ARGV[6], 'idle_expires_at', ARGV[7],
    'rotated_at', ARGV[6], 'repeats', '0')
  redis.call('PEXPIRE', KEYS[1], ARGV[9])
  redis.call('ZADD', KEYS[4], ARGV[8], ARGV[15])
  return {outcome, unpack(redis.call('HGETALL', KEYS[1]))}
end
local grace = tonumber(ARGV[10])
if ARGV[5] == grant.sequence and grace > 0
    and tonumber(ARGV[6]) - tonumber(grant.rotated_at) < grace
    and tonumber(grant.repeats) < tonumber(ARGV[11]) then
  redis.call('HINCRBY', KEYS[1], 'repeats', 1)
  return {'repeated', unpack(fields)}
end
local rest = tonumber(grant.expires_at) - tonumber(ARGV[1])
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[15])
redis.call('ZREM', KEYS[4], ARGV[15])
redis.call('SET', KEYS[2], grant.expires_at, 'PX', string.format('%.0f', math.min(rest, 3155760000000)))
local number = redis.call('INCR', KEYS[5])
redis.call('PUBLISH', ARGV[12], ARGV[13] .. ':' .. number .. ':' .. ARGV[14])
return {'reused', unpack(fields)}
