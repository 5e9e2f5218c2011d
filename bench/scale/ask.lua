-- wrk -s bench/scale/ask.lua ADDRESS -- city|tile|nearest one|many
-- many: hardly ever the same address twice, so that no cache answers; one: sixteen addresses again and again.
local kind, variety, thread_count = "city", "many", 0
function setup(thread)
  thread_count = thread_count + 1
  thread:set("seed", thread_count)
end
function init(args)
  kind, variety = args[1] or kind, args[2] or variety
  math.randomseed(seed * 7919 + (variety == "many" and os.time() or 0))
  drawn = {}
  for i = 1, 16 do drawn[i] = draw() end
end
local cities = { {48.8566, 2.3522}, {45.76, 4.84}, {50.85, 4.35}, {43.3, 5.37}, {44.84, -0.58}, {47.22, -1.55} }
function draw()
  local city = cities[math.random(#cities)]
  local lat, lon = city[1] + math.random() * 0.4 - 0.2, city[2] + math.random() * 0.4 - 0.2
  if kind == "city" then
    return string.format("/api/collections/all/items?bbox=%.6f,%.6f,%.6f,%.6f&limit=500", lon - 0.05, lat - 0.035, lon + 0.05, lat + 0.035)
  elseif kind == "nearest" then
    return string.format("/api/collections/all/items?near=%.6f,%.6f&limit=50", lat, lon)
  end
  local z, n = 12, 2 ^ 12
  local x = math.floor((lon + 180) / 360 * n) + math.random(-20, 20)
  local rad = math.rad(lat)
  local y = math.floor((1 - math.log(math.tan(rad) + 1 / math.cos(rad)) / math.pi) / 2 * n) + math.random(-20, 20)
  return string.format("/api/collections/all/tiles/%d/%d/%d.mvt", z, x, y)
end
function request()
  return wrk.format("GET", variety == "many" and draw() or drawn[math.random(16)], { ["Accept-Encoding"] = "gzip" })
end
function done(summary)
  local e = summary.errors
  io.write(string.format("%.0f answers/s, %.1f kB each, failed %d\n", summary.requests / (summary.duration / 1e6), summary.bytes / summary.requests / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
