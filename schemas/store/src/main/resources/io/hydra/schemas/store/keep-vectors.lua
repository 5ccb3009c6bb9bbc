-- Keeps vectors of a history's items, unless the user was erased since the history was read: what is made
-- of a text must not outlive it. Whatever is lost here is made again from the texts.
--
-- KEYS  1 hash of the vectors, 2 hash of the user
-- ARGV  1 the user's erasure as it was when the history was read ('' = none), 2 field of the user's hash
--       that names the task, 3 base version, 4 time to live in ms (0 = none), 5 how many fields go;
--       then these, then field and bytes of each vector
-- Returns 1 kept; 0 not kept.
local vectors, user = KEYS[1], KEYS[2]
local call = redis.call
local first = 6 + tonumber(ARGV[5])

-- Without the task's name an erasure would not find the vectors.
if (call('HGET', user, 'erased') or '') ~= ARGV[1] or call('HEXISTS', user, ARGV[2]) == 0 then
  return 0
end
if call('HGET', vectors, 'm:base') ~= ARGV[3] then
  call('DEL', vectors)
  call('HSET', vectors, 'm:base', ARGV[3])
end
for i = 6, first - 1 do
  call('HDEL', vectors, ARGV[i])
end
for i = first, #ARGV, 2 do
  call('HSET', vectors, ARGV[i], ARGV[i + 1])
end
if tonumber(ARGV[4]) > 0 then
  call('PEXPIRE', vectors, ARGV[4])
end
return 1
