-- KEYS: keys of the purpose
-- ARGV: id
return {redis.call('HDEL', KEYS[1], ARGV[1])}
