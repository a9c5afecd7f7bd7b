-- Tries every command that the other scripts use, and answers with those that are refused.
-- KEYS: a hash, a sorted set, a string and a stream that do not exist
-- ARGV: channel
local commands = {
  {'HSET', KEYS[1], 'n', '1'}, {'HSETNX', KEYS[1], 'n', '1'}, {'HGET', KEYS[1], 'n'}, {'HMGET', KEYS[1], 'n'},
  {'HGETALL', KEYS[1]}, {'HINCRBY', KEYS[1], 'n', '1'}, {'HDEL', KEYS[1], 'n'},
  {'ZADD', KEYS[2], '0', 'n'}, {'ZRANGEBYLEX', KEYS[2], '-', '+'}, {'ZRANGEBYSCORE', KEYS[2], '0', '0'},
  {'ZREM', KEYS[2], 'n'},
  {'SET', KEYS[3], '1', 'PX', '1000'}, {'GET', KEYS[3]}, {'INCR', KEYS[3]}, {'EXISTS', KEYS[3]},
  {'PEXPIRE', KEYS[3], '1000'}, {'PTTL', KEYS[3]},
  {'XADD', KEYS[4], '*', 'n', '1'}, {'XREVRANGE', KEYS[4], '+', '-'},
  {'PUBLISH', ARGV[1], 'beat:probe'},
  {'DEL', KEYS[1]}, {'DEL', KEYS[2]}, {'DEL', KEYS[3]}, {'DEL', KEYS[4]},
}
local refused = {}
for _, command in ipairs(commands) do
  local answer = redis.pcall(unpack(command))
  if type(answer) == 'table' and answer.err and refused[#refused] ~= command[1] then
    refused[#refused + 1] = command[1]
  end
end
return refused
