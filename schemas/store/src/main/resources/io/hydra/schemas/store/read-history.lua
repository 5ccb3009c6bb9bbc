-- Reads a history, unless it is larger than one answer may take.
--
-- KEYS  1 hash of the history
-- ARGV  1 bytes that all its values may have together
-- Returns its fields and values, or their bytes if they are too many.
local all = redis.call('HGETALL', KEYS[1])
local bytes = 0
for i = 2, #all, 2 do
  bytes = bytes + #all[i]
end
if bytes > tonumber(ARGV[1]) then
  return bytes
end
return all
