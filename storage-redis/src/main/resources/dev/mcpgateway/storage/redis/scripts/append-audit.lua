-- KEYS: stream
-- ARGV: capacity, then fields and values
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 2))
return {1}
