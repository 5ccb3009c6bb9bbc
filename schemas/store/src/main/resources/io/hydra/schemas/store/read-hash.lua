-- Reads a hash, unless it is larger than the reader has room for, or the reader has it already.
--
-- KEYS  1 the hash
-- ARGV  1 bytes that all its fields and values may have together, with a pack's content in its place;
--       then, for a reader that has read it before, fields and the values that they had, at least one
--       of which changes with the hash
-- Returns its fields and values; their bytes if they are too many; nil if it is what was read before.
local known = #ARGV > 1
for i = 2, #ARGV, 2 do
  known = known and redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1]
end
if known then
  return false
end
local all = redis.call('HGETALL', KEYS[1])
local bytes = 0
for i = 1, #all do
  bytes = bytes + #all[i]
  if all[i] == 'm:pack' and i % 2 == 1 and #all[i + 1] >= 25 then
    -- What the reader will have of a pack: HistoryPack.
    bytes = bytes + struct.unpack('>I4', all[i + 1], 22) - #all[i + 1]
  end
end
if bytes > tonumber(ARGV[1]) then
  return bytes
end
return all
