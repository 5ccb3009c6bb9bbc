-- Changes a user's history, if what the change was decided on is still there: the user's last
-- erasure, the history's version and stamp.
--
-- KEYS  1 hash of the history, 2 hash of the user, 3 sorted set that an earlier version kept of the
--       event ids
-- ARGV  1 the task's field in KEYS[2], 2 erasure, 3 version, 4 stamp, each empty if there was none,
--       5 time to live in ms (0 = as it is, -1 = none), 6 whether items are left (1 or 0), 7 whether
--       an earlier version's sorted set may be there (1 or 0), 8 whether it frees memory in the end (1 or
--       0), 9 place of ARGV where the fields and values to set end, which follow; then the fields to
--       remove
-- Returns 1 done; 0 nothing is done, since something else is there.
local hash, user = KEYS[1], KEYS[2]
local call = redis.call

local known = call('HMGET', user, 'erased', ARGV[1])
local state = call('HMGET', hash, 'm:version', 'm:stamp')
if (known[1] or '') ~= ARGV[2] or (state[1] or '') ~= ARGV[3] or (state[2] or '') ~= ARGV[4] then
  return 0
end

-- At most 4,000 arguments to a call: Lua's stack holds no more than 8,000. What takes memory comes
-- first: a full Redis refuses a script's first write if it does, and none after it.
local function change(command, before, last)
  for i = before + 1, last, 4000 do
    call(command, hash, unpack(ARGV, i, math.min(i + 3999, last)))
  end
end
if ARGV[8] == '1' then
  -- So even a full Redis takes the rest.
  call('HDEL', hash, '')
end
change('HSET', 9, ARGV[9])
change('HDEL', ARGV[9], #ARGV)
if ARGV[7] == '1' then
  call('DEL', KEYS[3])
end
if ARGV[6] == '1' and not known[2] then
  call('HSET', user, ARGV[1], '')
end
if ARGV[5] == '-1' then
  call('PERSIST', hash)
elseif ARGV[5] ~= '0' then
  call('PEXPIRE', hash, ARGV[5])
end
return 1
