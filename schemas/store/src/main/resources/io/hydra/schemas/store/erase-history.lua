-- Removes from a history what occurred at or before a moment. What is left counts as changed; a
-- history with nothing left is gone, and with it its version, as if it had never been.
--
-- KEYS  1 hash of items and version, 2 sorted set that an earlier version kept of the event ids
-- ARGV  1 the moment in ms
-- Returns {version, removed, kept}.
local hash = KEYS[1]
redis.call('DEL', KEYS[2])
-- A key of another type is no history, and the user's all the same.
if redis.call('TYPE', hash).ok ~= 'hash' then
  redis.call('DEL', hash)
  return {0, 0, 0}
end
local all = redis.call('HGETALL', hash)
local removed, kept = 0, 0
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 2) == 'e:' then
    -- The time follows a byte, the format's version. An item that is cut short goes, too.
    if #all[i + 1] < 9 or struct.unpack('>i8', all[i + 1], 2) <= tonumber(ARGV[1]) then
      redis.call('HDEL', hash, all[i])
      removed = removed + 1
    else
      kept = kept + 1
    end
  end
end
if kept == 0 then
  redis.call('DEL', hash)
  return {0, removed, 0}
end
local version = tonumber(string.match(redis.call('HGET', hash, 'm:version') or '', '^%d+$'))
if not version then
  -- No count: counted again, as after a rebuild.
  version = kept
  redis.call('HSET', hash, 'm:version', kept)
end
if removed > 0 then
  -- Whoever writes next makes them again.
  redis.call('HDEL', hash, 'm:times')
  return {redis.call('HINCRBY', hash, 'm:version', 1), removed, kept}
end
return {version, 0, kept}
