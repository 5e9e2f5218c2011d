-- Asks the addresses of a file one after the other, and tells what came as a line of JSON.
-- A line is a path, or a path, a tab and the entity tag that is sent with it.

local asked, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local path, tag = line:match("^([^\t]*)\t?(.*)$")
    asked[#asked + 1] = wrk.format("GET", path, tag ~= "" and { ["Host"] = wrk.headers["Host"], ["If-None-Match"] = tag } or nil)
  end
  at = tonumber(args[2]) % #asked
end

function request()
  at = at % #asked + 1
  return asked[at]
end

function done(summary, latency)
  local wrong = summary.errors
  local function share(percent)
    return summary.requests > 0 and latency:percentile(percent) / 1e3 or 0
  end
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.3f, "bytes": %d, "refused": %d, "broken": %d, "late": %d, "p50": %.3f, "p95": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, wrong.status, wrong.connect + wrong.read + wrong.write,
    wrong.timeout, share(50), share(95)
  ))
end
