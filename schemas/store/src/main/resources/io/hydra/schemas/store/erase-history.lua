-- Removes from a history what occurred at or before a moment. What is left counts as changed; a
-- history with nothing left is gone, and with it its version, as if it had never been.
--
-- KEYS  1 hash of items and version, 2 sorted set that an earlier version kept of the event ids
-- ARGV  1 the moment in ms; then, for a history that was read since its pack holds items of both kinds:
--       2 version and 3 stamp that it had, empty if there was none, 4 a pack of those that stay, empty
--       if there are none
-- Returns {version, removed, kept}; nil, and nothing is removed, if its pack holds items of both kinds and
-- it is not what was read.
local hash = KEYS[1]
redis.call('DEL', KEYS[2])
-- A key of another type is no history, and the user's all the same.
if redis.call('TYPE', hash).ok ~= 'hash' then
  redis.call('DEL', hash)
  return {0, 0, 0}
end
local all = redis.call('HGETALL', hash)
local removed, kept = 0, 0

-- HistoryPack describes a pack's header. One that is cut short, or of another version, goes whole.
local function items(pack)
  return #pack >= 25 and string.byte(pack) == 1 and struct.unpack('>I4', pack, 18) or 0
end
local pack = redis.call('HGET', hash, 'm:pack')
if pack then
  local before, stays = items(pack), pack
  local gone = redis.call('HGET', hash, 'm:gone')
  if gone and #gone >= 5 then
    before = math.max(0, before - struct.unpack('>I4', gone, 2))
  end
  kept = before
  if items(pack) == 0 or struct.unpack('>i8', pack, 10) <= tonumber(ARGV[1]) then
    stays = ''
  elseif struct.unpack('>i8', pack, 2) <= tonumber(ARGV[1]) then
    local state = redis.call('HMGET', hash, 'm:version', 'm:stamp')
    if not ARGV[4] or (state[1] or '') ~= ARGV[2] or (state[2] or '') ~= ARGV[3] then
      return false
    end
    stays = ARGV[4]
  end
  if stays ~= pack then
    -- Without the stamp, whoever knows the history reads it again, whether an item has gone or not.
    redis.call('HDEL', hash, 'm:pack', 'm:gone', 'm:stamp')
    kept = items(stays)
    removed = before - kept
    if kept > 0 then
      redis.call('HSET', hash, 'm:pack', stays)
    end
  end
end
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
  -- An earlier version's.
  redis.call('HDEL', hash, 'm:times')
  return {redis.call('HINCRBY', hash, 'm:version', 1), removed, kept}
end
return {version, 0, kept}
