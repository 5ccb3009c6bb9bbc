-- Reads a hash, unless it is larger than the reader has room for.
--
-- KEYS  1 the hash
-- ARGV  1 bytes that all its fields and values may have together
-- Returns its fields and values, or their bytes if they are too many.
local all = redis.call('HGETALL', KEYS[1])
local bytes = 0
for i = 1, #all do
  bytes = bytes + #all[i]
end
if bytes > tonumber(ARGV[1]) then
  return bytes
end
return all
