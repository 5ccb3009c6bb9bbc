-- Adds one event to a user's rolling history: the most recent distinct events by
-- (occurred_at, event id), none older than the age limit before the newest one. Whatever the order
-- and however often events come, the same items are left.
--
-- KEYS  1 hash of items and version, 2 sorted set of event ids by occurred_at
-- ARGV  1 event id, 2 occurred_at in ms, 3 item bytes, 4 capacity, 5 age limit in ms (0 = none),
--       6 time to live in ms (0 = none)
-- Returns {version, entered}. The version counts distinct inserts: events that entered and stayed;
-- the second number is 1 if this event is one of them.
local hash, order = KEYS[1], KEYS[2]
local id, item = ARGV[1], ARGV[3]
local at, capacity = tonumber(ARGV[2]), tonumber(ARGV[4])
local max_age, ttl = tonumber(ARGV[5]), tonumber(ARGV[6])
local field = 'e:' .. id

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

local function millis(number)
  return string.format('%.0f', number)
end

-- The server may have evicted one key of the pair. Half a history cannot be trusted, so it starts
-- anew; an event that enters at a version seen before tells the triggers that it did.
local version = tonumber(redis.call('HGET', hash, 'm:version') or '0')
local count = redis.call('ZCARD', order)
if (version == 0) ~= (count == 0) then
  redis.call('DEL', hash, order)
  version, count = 0, 0
end

local known_at = tonumber(redis.call('ZSCORE', order, id))
local enters = not known_at
local changes = enters
    or at > known_at
    or (at == known_at and greater(item, redis.call('HGET', hash, field) or ''))

if changes then
  redis.call('ZADD', order, ARGV[2], id)
  if enters then
    count = count + 1
  end
  local function trim(ids)
    for _, old in ipairs(ids) do
      redis.call('ZREM', order, old)
      redis.call('HDEL', hash, 'e:' .. old)
      count = count - 1
      if old == id then
        changes = false
      end
    end
  end
  if max_age > 0 then
    local newest = tonumber(redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2])
    trim(redis.call('ZRANGEBYSCORE', order, '-inf', '(' .. millis(newest - max_age)))
  end
  if count > capacity then
    trim(redis.call('ZRANGE', order, 0, count - capacity - 1))
  end
  if changes then
    redis.call('HSET', hash, field, item)
    if enters then
      version = redis.call('HINCRBY', hash, 'm:version', 1)
    end
  end
end

if ttl > 0 then
  redis.call('PEXPIRE', hash, ARGV[6])
  redis.call('PEXPIRE', order, ARGV[6])
elseif changes then
  redis.call('PERSIST', hash)
  redis.call('PERSIST', order)
end
return {version, (enters and changes) and 1 or 0}
