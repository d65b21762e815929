-- Every request asks for one of the paths with a query that was never asked before.
local paths, count = {}, 0

function init(arguments)
  count = tonumber(arguments[1])
  for place = 2, #arguments do
    paths[place - 1] = arguments[place]
  end
end

function request()
  count = count + 1
  return wrk.format("GET", paths[count % #paths + 1] .. "?x=" .. count)
end
