-- Adds events to a user's rolling history: the most recent distinct events by (occurred_at, event
-- id), none older than the age limit before the newest one, none at or before the user's last
-- erasure. Whatever the order and however often events come, the same items are left.
--
-- KEYS  1 hash of items and version, 2 sorted set of event ids by occurred_at, 3 hash of the user
-- ARGV  1 the task's field in KEYS[3], 2 capacity, 3 age limit in ms (0 = none), 4 time to live in
--       ms (0 = none), then for each event: id, occurred_at in ms, item bytes
-- Returns {version, effects}, one letter for each event: n entered; r replaced a lesser event of the
-- same id; d changed nothing, being there already; o is too old to be kept; e was erased. The
-- version counts distinct inserts: the n's. The error BADVALUE is about these keys alone.
--
-- Redis spends its time in the calls, so an event that enters a full history takes seven of them,
-- and none that only a rare case needs. Several at once share them: the hash is written once, at the
-- end, and events in a row are added in one.
local hash, order, user = KEYS[1], KEYS[2], KEYS[3]
local capacity, max_age, ttl = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local call = redis.call

local known = call('HMGET', user, 'erased', ARGV[1])
local erased = tonumber(known[1] or '0')

local state = call('HMGET', hash, 'm:version', 'm:ttl')
local version = tonumber(state[1] or '0')
-- Somebody else's value. Nothing is written, and least of all is it taken for "never erased".
if not (erased and version) then
  return redis.error_reply('BADVALUE erased or m:version is not a number')
end

-- The server may have evicted one key of the pair. Half a history cannot be trusted, so it starts
-- again; an event that enters at a version seen before tells the triggers that it did.
local count = call('ZCARD', order)
if (version == 0) ~= (count == 0) then
  call('DEL', hash, order)
  version, count = 0, 0
end

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

-- Items to write, by event id, and fields to remove. An item that this call itself puts out again
-- is not written at all.
local items, gone = {}, {}

local function leave(id)
  items[id] = nil
  gone[#gone + 1] = 'e:' .. id
end

-- Drops what has become too old; true if that was the event itself.
local function age(id)
  local newest = tonumber(call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2])
  local bound = '(' .. string.format('%.0f', newest - max_age)
  local old = call('ZRANGEBYSCORE', order, '-inf', bound)
  local dropped = false
  for i = 1, #old do
    call('ZREM', order, old[i])
    leave(old[i])
    dropped = dropped or old[i] == id
  end
  count = count - #old
  return dropped
end

-- Drops the oldest ones that are too many; true if the event, a new one, was among them.
local function trim(id)
  local old = call('ZPOPMIN', order, count - capacity)
  local dropped = false
  for i = 1, #old, 2 do
    if old[i] == id then
      dropped = true
    else
      leave(old[i])
    end
  end
  count = capacity
  return dropped
end

local before, effects = version, {}

-- Events none of which is known, each later than all before it, as a replay's mostly are: each
-- enters, and what they put out can be told at the end. False, and nothing done, if they are not so.
local function in_a_row()
  local events = (#ARGV - 4) / 3
  if events < 3 or events > 2000 then
    return false
  end
  local newest = call('ZREVRANGE', order, 0, 0, 'WITHSCORES')[2]
  local last = math.max(tonumber(newest or '-1'), erased)
  local fields, times, own = {}, {}, {}
  for i = 5, #ARGV, 3 do
    local id, at = ARGV[i], tonumber(ARGV[i + 1])
    if at <= last or own[id] then
      return false
    end
    last, own[id] = at, true
    fields[#fields + 1] = 'e:' .. id
    times[#times + 1] = ARGV[i + 1]
    times[#times + 1] = id
  end
  -- The sorted set, a list to Redis while it is small, would be searched from end to end for each.
  for _, stored in ipairs(call('HMGET', hash, unpack(fields))) do
    if stored then
      return false
    end
  end
  call('ZADD', order, unpack(times))
  count = count + events
  version = version + events
  for i = 5, #ARGV, 3 do
    items[ARGV[i]] = ARGV[i + 2]
    effects[#effects + 1] = 'n'
  end
  if max_age > 0 then
    age(nil)
  end
  if count > capacity then
    trim(nil)
  end
  return true
end

-- In any order, known or not.
local function one_by_one()
  for i = 5, #ARGV, 3 do
    local id, at, item = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
    local effect = 'd'
    if at <= erased then
      effect = 'e'
    elseif call('ZADD', order, 'NX', ARGV[i + 1], id) == 1 then
      count = count + 1
      effect = 'n'
      if max_age > 0 and age(id) then
        effect = 'o'
      end
      if count > capacity and trim(id) then
        effect = 'o'
      end
      if effect == 'n' then
        version = version + 1
        items[id] = item
      end
    else
      local known_at = tonumber(call('ZSCORE', order, id))
      local stored = at == known_at and (items[id] or call('HGET', hash, 'e:' .. id) or '')
      if at > known_at or (stored and greater(item, stored)) then
        effect = 'r'
        call('ZADD', order, ARGV[i + 1], id)
        items[id] = item
        if max_age > 0 then
          age(id)
        end
      end
    end
    effects[#effects + 1] = effect
  end
end

if not in_a_row() then
  one_by_one()
end

-- At most 4,000 arguments to a call: Lua's stack holds no more than 8,000.
for i = 1, #gone, 4000 do
  call('HDEL', hash, unpack(gone, i, math.min(i + 3999, #gone)))
end
local fields = {}
for i = 5, #ARGV, 3 do
  local id = ARGV[i]
  if items[id] then
    fields[#fields + 1] = 'e:' .. id
    fields[#fields + 1] = items[id]
    items[id] = nil
  end
end
if version > before then
  fields[#fields + 1] = 'm:version'
  fields[#fields + 1] = string.format('%.0f', version)
end
for i = 1, #fields, 4000 do
  call('HSET', hash, unpack(fields, i, math.min(i + 3999, #fields)))
end

if count > 0 then
  if not known[2] then
    call('HSET', user, ARGV[1], '')
  end
  if ttl > 0 then
    if not state[2] then
      call('HSET', hash, 'm:ttl', '')
    end
    call('PEXPIRE', hash, ttl)
    call('PEXPIRE', order, ttl)
  elseif state[2] then
    -- The time to live was switched off.
    call('HDEL', hash, 'm:ttl')
    call('PERSIST', hash)
    call('PERSIST', order)
  end
end
return {version, table.concat(effects)}
