-- Records a response, unless one is recorded already or the user was erased since the state was read
-- that it was made from.
--
-- KEYS  1 the response, 2 sorted set of the keys of the user's responses by their expiry in ms,
--       3 hash of the user
-- ARGV  1 the response's bytes, 2 its time to live in ms, 3 the moment of the user's last erasure as
--       it was read with the state; empty for none
-- Returns the response that was there before; 1 if this one is recorded now, 0 if it is refused.
local response, index, user = KEYS[1], KEYS[2], KEYS[3]
local ttl = tonumber(ARGV[2])

local before = redis.call('GET', response)
if before then
  return before
end
if (redis.call('HGET', user, 'erased') or '') ~= ARGV[3] then
  return 0
end
redis.call('SET', response, ARGV[1], 'PX', ARGV[2])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', now))
redis.call('ZADD', index, string.format('%.0f', now + ttl), response)
-- Responses of a longer time to live, from before it was configured anew, keep the index longer.
if redis.call('PTTL', index) < ttl then
  redis.call('PEXPIRE', index, ARGV[2])
end
return 1
