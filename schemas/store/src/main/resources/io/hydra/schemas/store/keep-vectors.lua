-- Keeps a base's vectors of a history's items, unless the user was erased since the history was read: what
-- is made of a text must not outlive it. Whatever is lost here is made again from the texts.
--
-- KEYS  1 hash of the vectors, 2 hash of the user
-- ARGV  1 the user's erasure as it was when the history was read ('' = none), 2 TASK:BASE, 3 time to live
--       in ms (0 = none), 4 how many fields go; then these, then field and bytes of each vector
-- Returns 1 kept; 0 not kept.
local vectors, user = KEYS[1], KEYS[2]
local erased, name, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local first = 5 + tonumber(ARGV[4])
local call = redis.call

if (call('HGET', user, 'erased') or '') ~= erased then
  return 0
end

-- An erasure, and whoever removes a base's heads, finds them by their name.
call('HSET', user, 'v:' .. name, '')
for i = 5, first - 1 do
  call('HDEL', vectors, ARGV[i])
end
for i = first, #ARGV, 2 do
  call('HSET', vectors, ARGV[i], ARGV[i + 1])
end
if ttl > 0 then
  call('PEXPIRE', vectors, ARGV[3])
end
return 1
