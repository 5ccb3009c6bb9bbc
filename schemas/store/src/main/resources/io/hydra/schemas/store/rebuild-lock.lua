-- Does one thing for the owner of the rebuild's lock, and nothing for anybody else.
--
-- KEYS  1 the lock, 2 the state of the rebuild, 3 the pointer to the current view
-- ARGV  1 the owner, 2 what to do, then
--       renew: 3 the lease in ms
--       release
--       note: 3 the state's bytes; empty for none
--       switch: 3 the state's bytes, 4 the view that must be current, 5 the one that becomes it
-- Returns 1 done; 0 the lock is not the owner's; -1 another view is current.
local call, what = redis.call, ARGV[2]
if call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if what == 'renew' then
  return call('PEXPIRE', KEYS[1], ARGV[3])
end
if what == 'release' then
  return call('DEL', KEYS[1])
end
if what == 'switch' then
  if (call('GET', KEYS[3]) or '') ~= ARGV[4] then
    return -1
  end
  call('SET', KEYS[3], ARGV[5])
end
if ARGV[3] == '' then
  call('DEL', KEYS[2])
else
  call('SET', KEYS[2], ARGV[3])
end
return 1
