-- Several messages on a connection, and an abort in the middle of one: nothing is carried over.
dofile(dir .. "/common.lua")
local conn = open()
greet(conn)

envelope(conn, "b@example.org")
headers(conn, { { "X-Ringfence", " no" } })
finish(conn, LISTED, SMFIR_CONTINUE)
check(mt.eom_check(conn, MT_QUARANTINE), "first: not quarantined")

envelope(conn, "b@reject.example")
headers(conn)
check(mt.bodystring(conn, "call +1 888 555 ") == nil, "body failed")
check(mt.abort(conn) == nil, "abort failed")

envelope(conn, "b@reject.example")
headers(conn)
finish(conn, "0123 minutes\r\n", SMFIR_CONTINUE)

envelope(conn, "b@reject.example")
headers(conn)
finish(conn, LISTED, SMFIR_REPLYCODE)
mt.disconnect(conn)
