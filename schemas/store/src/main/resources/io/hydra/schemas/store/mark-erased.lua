-- Remembers that a user was erased up to a moment, unless it was for a later one already, and says
-- where the user's keys are.
--
-- KEYS  1 hash of the user
-- ARGV  1 occurred_at of the erasure in ms
-- Returns the fields of the hash.
--
-- An erasure comes through where Redis is full, too: it is what frees memory. A full Redis refuses
-- a script's first write if that may take memory, and none after it, so the first one takes none.
redis.call('HDEL', KEYS[1], '')
-- What is not a number rules nothing out, and gives way to what does.
local before = tonumber(redis.call('HGET', KEYS[1], 'erased') or '0') or 0
if tonumber(ARGV[1]) > before then
  redis.call('HSET', KEYS[1], 'erased', ARGV[1])
end
return redis.call('HKEYS', KEYS[1])
