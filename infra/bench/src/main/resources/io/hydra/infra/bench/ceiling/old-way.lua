-- The calls that an earlier version of this project had Redis make for an event, when a script there
-- decided what a history holds: of distinct events in rising order, and with nothing else in it.
--
-- KEYS  1 hash of items and version, 2 sorted set of event ids by occurred_at, 3 hash of the user
-- ARGV  1 the task's field in KEYS[3], 2 capacity, then for each event: id, occurred_at, item
-- Returns the version.
local hash, order, user = KEYS[1], KEYS[2], KEYS[3]
local capacity = tonumber(ARGV[2])
local call = redis.call

local known = call('HMGET', user, 'erased', ARGV[1])
local version = tonumber(call('HMGET', hash, 'm:version', 'm:ttl')[1] or '0')
local count = call('ZCARD', order)
local fields, gone = {}, {}
for i = 3, #ARGV, 3 do
  call('ZADD', order, 'NX', ARGV[i + 1], ARGV[i])
  version = version + 1
  count = count + 1
  if count > capacity then
    gone[#gone + 1] = 'e:' .. call('ZPOPMIN', order, 1)[1]
    count = capacity
  end
  fields[#fields + 1] = 'e:' .. ARGV[i]
  fields[#fields + 1] = ARGV[i + 2]
end
if #gone > 0 then
  call('HDEL', hash, unpack(gone))
end
call('HSET', hash, 'm:version', version, unpack(fields))
if not known[2] then
  call('HSET', user, ARGV[1], '')
end
return version
