-- Writes a key if its purpose never had one. The hash stays when its keys go: the empty field keeps it.
-- KEYS: keys of the purpose
-- ARGV: id, value
if redis.call('EXISTS', KEYS[1]) == 1 then
  return {0}
end
redis.call('HSET', KEYS[1], '', '', ARGV[1], ARGV[2])
return {1}
