-- Keeps a base's vectors of a history's items, unless the user was erased since the history was read: what
-- is made of a text must not outlive it. Whatever is lost here is made again from the texts.
--
-- KEYS  1 hash of the vectors, 2 hash of the user
-- ARGV  1 the user's erasure as it was when the history was read ('' = none), 2 task, 3 base version,
--       4 what the names of this user's vectors begin with, 5 time to live in ms (0 = none), 6 how many
--       fields go; then these, then field and bytes of each vector
-- Returns 1 kept; 0 not kept.
--
-- Vectors to delete are not among KEYS, since only the user's hash names them; they are in the same slot.
local vectors, user = KEYS[1], KEYS[2]
local erased, task, base, prefix, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local first = 7 + tonumber(ARGV[6])
local call = redis.call

if (call('HGET', user, 'erased') or '') ~= erased then
  return 0
end

-- An erasure finds them by their name. Bases that have no heads any more need no vectors either.
local name = task .. ':' .. base
if call('HEXISTS', user, 'v:' .. name) == 0 then
  local start = 'v:' .. task .. ':'
  for _, field in ipairs(call('HKEYS', user)) do
    local other = string.sub(field, 3)
    if string.sub(field, 1, #start) == start and call('HEXISTS', user, 'h:' .. other) == 0 then
      call('DEL', prefix .. other)
      call('HDEL', user, field)
    end
  end
  call('HSET', user, 'v:' .. name, '')
end

for i = 7, first - 1 do
  call('HDEL', vectors, ARGV[i])
end
for i = first, #ARGV, 2 do
  call('HSET', vectors, ARGV[i], ARGV[i + 1])
end
if ttl > 0 then
  call('PEXPIRE', vectors, ARGV[5])
end
return 1
