-- Removes from a history what occurred at or before a moment. What is left counts as changed; a
-- history with nothing left is gone, and with it its version, as if it had never been.
--
-- KEYS  1 hash of items and version, 2 sorted set of event ids by occurred_at
-- ARGV  1 the moment in ms
-- Returns {version, removed, kept}.
local hash, order = KEYS[1], KEYS[2]
-- A key of another type is no history, and the user's all the same.
local function is_a(key, type)
  return redis.call('TYPE', key).ok == type
end
if not (is_a(hash, 'hash') and is_a(order, 'zset')) then
  redis.call('DEL', hash, order)
  return {0, 0, 0}
end
local ids = redis.call('ZRANGEBYSCORE', order, '-inf', ARGV[1])
for i = 1, #ids do
  redis.call('HDEL', hash, 'e:' .. ids[i])
end
redis.call('ZREMRANGEBYSCORE', order, '-inf', ARGV[1])
local kept = redis.call('ZCARD', order)
if kept == 0 then
  redis.call('DEL', hash, order)
  return {0, #ids, 0}
end
local version = tonumber(string.match(redis.call('HGET', hash, 'm:version') or '0', '^%d+$'))
if not version then
  -- Not a count: counted again, as after a rebuild.
  version = kept
  redis.call('HSET', hash, 'm:version', kept)
end
if #ids > 0 then
  return {redis.call('HINCRBY', hash, 'm:version', 1), #ids, kept}
end
return {version, 0, kept}
