-- Applies one record of hydra.heads to the heads of its user, unless a later record was applied before:
-- a writer that stalled and lost its partition may still send what it had read. The same record may
-- come again; it changes nothing then.
--
-- KEYS  1 hash of the user, then the heads of each row
-- ARGV  1 topic id and partition of the record, 2 its offset, 3 time to live of heads in ms (0 = none),
--       4 what the names of this user's heads begin with, 5 the same of their vectors, which go with the
--       heads; then for each row its task, its base, its stamp (ms:version:hash of the fit), the erasure
--       moment that the fit knew (negative: not known) and its bytes. A row from before the user's last
--       erasure is left out, and so is one that a trainer which was held up sent behind its successor's.
--       Without rows the heads go whose fit did not know the user's last erasure: then TASK:BASE of heads
--       to delete besides those that the hash names
-- Returns 1 applied; 0 a later record was applied before; -1 applied to the heads alone, since KEYS[1]
-- is of another type.
--
-- Heads to delete are not among KEYS, since only the hash names them; they are in the same slot.

-- By so much the fits of a trainer that was held up precede those of the one that took over: that takes
-- the 10 s of a session, less a heartbeat (2 s) and the second between commits. Trainers' clocks may be
-- apart by what is left.
local HELD_UP_MS = 5000

local user, rows = KEYS[1], #KEYS - 1
local source, offset, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local prefix, vectors = ARGV[4], ARGV[5]
local call = redis.call

local type = call('TYPE', user).ok
local named = type == 'hash' or type == 'none'
local fields = {}
if named then
  local flat = call('HGETALL', user)
  for i = 1, #flat, 2 do
    fields[flat[i]] = flat[i + 1]
  end
  local known, last = string.match(fields['heads-at'] or '', '^(.*):(%d+)$')
  if known == source and tonumber(last) > offset then
    return 0
  end
end

local gone = {}
local function forget(name)
  call('DEL', prefix .. name, vectors .. name)
  gone[#gone + 1] = 'h:' .. name
  gone[#gone + 1] = 'v:' .. name
end

-- When heads were fitted, in ms, to which version, and which erasure their fit knew, if the stamp says it.
local function fit(stamp)
  local at, version, known = string.match(stamp or '', '^(%d+):?(%d*):?%x*:?(%d*)')
  return tonumber(at) or 0, tonumber(version) or 0, tonumber(known) or -1
end

local erased = tonumber(fields['erased'] or '0') or 0

-- There is nothing in such heads that the user's last erasure is to remove.
local function knew_erasure(name)
  local _, _, known = fit(fields['h:' .. name])
  return erased > 0 and known >= erased
end

local function begins(text, start)
  return string.sub(text, 1, #start) == start
end

-- Heads of the base before this one stay, so that serving can go back to it; older ones go.
local function forget_old_bases(task, current)
  local start, others, newest = 'h:' .. task .. ':', {}, nil
  for field, stamp in pairs(fields) do
    if field ~= current and begins(field, start) then
      local at = fit(stamp)
      others[#others + 1] = field
      if not newest or at > newest.at or (at == newest.at and field > newest.field) then
        newest = {at = at, field = field}
      end
    end
  end
  for _, field in ipairs(others) do
    if field ~= newest.field then
      fields[field] = nil
      forget(string.sub(field, 3))
    end
  end
end

local written = {}
if rows == 0 then
  for field in pairs(fields) do
    local name = string.sub(field, 3)
    if (begins(field, 'h:') or begins(field, 'v:')) and not knew_erasure(name) then
      forget(name)
    end
  end
  for i = 6, #ARGV do
    if not knew_erasure(ARGV[i]) then
      call('DEL', prefix .. ARGV[i])
    end
  end
end
for i = 1, rows do
  local task, base, stamp, known, bytes = unpack(ARGV, 5 * i + 1, 5 * i + 5)
  local field = 'h:' .. task .. ':' .. base
  local at, version = fit(stamp)
  local last_at, last_version = fit(fields[field])
  local outdated = tonumber(known) >= 0 and tonumber(known) < erased
  -- A higher version is newer, whatever a clock that was set back says.
  local held_up = at < last_at - HELD_UP_MS and version <= last_version
  -- Without the erasure, which earlier versions did not store.
  local same = begins(fields[field] or '', stamp)
  -- A row that has not changed is left alone: its heads may have expired with their history.
  if not outdated and not held_up and (not same or (ttl == 0 and call('EXISTS', KEYS[i + 1]) == 0)) then
    if ttl > 0 then
      call('SET', KEYS[i + 1], bytes, 'PX', ARGV[3])
    else
      call('SET', KEYS[i + 1], bytes)
    end
    fields[field] = stamp .. ':' .. known
    written[#written + 1] = field
    written[#written + 1] = fields[field]
    forget_old_bases(task, field)
  end
end

if not named then
  return -1
end
if #gone > 0 then
  call('HDEL', user, unpack(gone))
end
written[#written + 1] = 'heads-at'
written[#written + 1] = source .. ':' .. ARGV[2]
call('HSET', user, unpack(written))
return 1
