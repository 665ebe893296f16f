-- discard.
dofile(dir .. "/common.lua")
local conn = open()
greet(conn)
envelope(conn, "b@discard.example")
headers(conn)
finish(conn, LISTED, SMFIR_DISCARD)
mt.disconnect(conn)
