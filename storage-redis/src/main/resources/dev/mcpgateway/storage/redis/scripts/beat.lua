-- KEYS: any, to find a server by
-- ARGV: channel, message
redis.call('PUBLISH', ARGV[1], ARGV[2])
return {1}
