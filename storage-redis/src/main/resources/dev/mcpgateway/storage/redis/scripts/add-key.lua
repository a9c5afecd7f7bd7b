-- KEYS: keys of the purpose
-- ARGV: id, value
redis.call('HSETNX', KEYS[1], '', '')
return {redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])}
