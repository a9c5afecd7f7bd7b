-- For wrk: one and the same request again and again. Arguments: method, file of the body or -, header lines.
-- Prints "figures": requests, microseconds, p50, p90 and p99 in microseconds, and what went wrong.

function init(arguments)
  wrk.method = arguments[1]
  if arguments[2] ~= "-" then
    local file = assert(io.open(arguments[2], "rb"))
    wrk.body = file:read("*a")
    file:close()
  end
  for i = 3, #arguments do
    local name, value = arguments[i]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
end

function done(summary, latency)
  local errors = summary.errors
  local count = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(90), latency:percentile(99), count))
end
