-- The number cut by chunks, and a client that goes away in the middle of a message.
dofile(dir .. "/common.lua")
local conn = open()
greet(conn)
envelope(conn, "b@reject.example")
headers(conn)
for i = 1, #LISTED do
	check(mt.bodystring(conn, string.sub(LISTED, i, i)) == nil, "body failed")
end
finish(conn, nil, SMFIR_REPLYCODE)

envelope(conn, "b@reject.example")
headers(conn)
check(mt.bodystring(conn, "call +1 888") == nil, "body failed")
mt.disconnect(conn, false)
