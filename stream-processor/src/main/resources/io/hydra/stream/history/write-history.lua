-- Adds events to a user's rolling history: the most recent distinct events by (occurred_at, event
-- id), none older than the age limit before the newest one, none at or before the user's last
-- erasure. Whatever the order and however often events come, the same items are left.
--
-- KEYS  1 hash of items and version, 2 sorted set of event ids by occurred_at, 3 hash of the user
-- ARGV  1 the task's field in KEYS[3], 2 capacity, 3 age limit in ms (0 = none), 4 time to live in
--       ms (0 = none), then for each event: id, occurred_at in ms, item bytes
-- Returns {version, effects}, one letter for each event: n entered; r replaced a lesser event of the
-- same id; d changed nothing, being there already; o is too old to be kept; e was erased. The
-- version counts distinct inserts: the n's.
local hash, order, user = KEYS[1], KEYS[2], KEYS[3]
local capacity, max_age, ttl = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

-- Lua's own comparison of strings follows the server's locale.
local function greater(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then
      return x > y
    end
  end
  return #a > #b
end

local known = redis.call('HMGET', user, 'erased', ARGV[1])
local erased = tonumber(known[1] or '0')

-- The server may have evicted one key of the pair. Half a history cannot be trusted, so it starts
-- anew; an event that enters at a version seen before tells the triggers that it did.
local version = tonumber(redis.call('HGET', hash, 'm:version') or '0')
local count = redis.call('ZCARD', order)
if (version == 0) ~= (count == 0) then
  redis.call('DEL', hash, order)
  version, count = 0, 0
end

-- Drops what the limits no longer allow; true if that was the event itself.
local function trim(id)
  local dropped = false
  local function drop(old)
    redis.call('HDEL', hash, 'e:' .. old)
    count = count - 1
    dropped = dropped or old == id
  end
  if max_age > 0 then
    local newest = tonumber(redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2])
    local bound = '(' .. string.format('%.0f', newest - max_age)
    local old = redis.call('ZRANGEBYSCORE', order, '-inf', bound)
    if #old > 0 then
      redis.call('ZREMRANGEBYSCORE', order, '-inf', bound)
      for i = 1, #old do
        drop(old[i])
      end
    end
  end
  if count > capacity then
    local old = redis.call('ZPOPMIN', order, count - capacity)
    for i = 1, #old, 2 do
      drop(old[i])
    end
  end
  return dropped
end

local effects = {}
local stays = false
for i = 5, #ARGV, 3 do
  local id, at, item = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
  local field, effect = 'e:' .. id, nil
  if at <= erased then
    effect = 'e'
  elseif redis.call('ZADD', order, 'NX', ARGV[i + 1], id) == 1 then
    count = count + 1
    if trim(id) then
      effect = 'o'
    else
      effect = 'n'
      version = version + 1
      redis.call('HSET', hash, field, item, 'm:version', string.format('%.0f', version))
    end
  else
    local known_at = tonumber(redis.call('ZSCORE', order, id))
    if at > known_at
        or (at == known_at and greater(item, redis.call('HGET', hash, field) or '')) then
      effect = 'r'
      redis.call('ZADD', order, ARGV[i + 1], id)
      redis.call('HSET', hash, field, item)
      trim(id)
    else
      effect = 'd'
    end
  end
  stays = stays or effect == 'n' or effect == 'r'
  effects[#effects + 1] = effect
end

-- Repeated events do so too: a history that no erasure would find is found again by a replay.
if count > 0 and not known[2] then
  redis.call('HSET', user, ARGV[1], '')
end
if stays and ttl == 0 then
  redis.call('PERSIST', hash)
  redis.call('PERSIST', order)
end
if ttl > 0 then
  redis.call('PEXPIRE', hash, ttl)
  redis.call('PEXPIRE', order, ttl)
end
return {version, table.concat(effects)}
