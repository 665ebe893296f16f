-- tempfail: 451.
dofile(dir .. "/common.lua")
local conn = open()
greet(conn)
envelope(conn, "b@tempfail.example")
headers(conn)
finish(conn, LISTED, SMFIR_REPLYCODE)
check(mt.eom_check(conn, MT_SMTPREPLY, "451", "4.7.1", "Try again later."), "another reply")
mt.disconnect(conn)
