-- Adds what a private export costs to a user's account, if that stays within a bound.
--
-- KEYS  1 hash of the user
-- ARGV  1 the account's field, 2 the cost, 3 the most that the account may hold
-- Returns 1 spent; 0 not, since it would be too much.
local spent = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if spent + tonumber(ARGV[2]) > tonumber(ARGV[3]) then
  return 0
end
redis.call('HINCRBYFLOAT', KEYS[1], ARGV[1], ARGV[2])
return 1
