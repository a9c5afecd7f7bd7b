-- The ids of an index from one on, in their order.
-- KEYS: index
-- ARGV: where to begin, as ZRANGEBYLEX takes it; how many
return redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])
