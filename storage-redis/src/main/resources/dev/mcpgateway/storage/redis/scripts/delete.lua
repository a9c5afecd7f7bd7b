-- KEYS: keys of one bucket
return {redis.call('DEL', unpack(KEYS))}
