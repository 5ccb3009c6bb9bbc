-- Compares two histories, byte for byte.
--
-- KEYS  1 hash of the old one, 2 hash of the new one; one of another type counts as empty
-- Returns {1 if both hold the same items, else 0, old version, new version, items of the new one}.
local function read(key)
  local items, version, count = {}, 0, 0
  if redis.call('TYPE', key).ok == 'hash' then
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
      if all[i] == 'm:version' then
        version = tonumber(all[i + 1]) or 0
      elseif string.sub(all[i], 1, 2) ~= 'm:' then
        items[all[i]] = all[i + 1]
        count = count + 1
      end
    end
  end
  return items, version, count
end
local old, old_version, old_count = read(KEYS[1])
local new, new_version, new_count = read(KEYS[2])
local same = old_count == new_count
if same then
  for field, item in pairs(old) do
    if new[field] ~= item then
      same = false
      break
    end
  end
end
return {same and 1 or 0, old_version, new_version, new_count}
