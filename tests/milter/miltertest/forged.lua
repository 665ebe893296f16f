-- Forged headers go, in any case of letters; others stay.
dofile(dir .. "/common.lua")
local conn = open()
greet(conn)
envelope(conn, "b@example.org")
headers(conn, {
	{ "X-Ringfence", " no; v=1; score=0; action=accept; host=mx.test.example" },
	{ "X-RINGFENCE-SCORE", " 0" },
	{ "x-ringfence", " skip" },
	{ "X-Ringfencing", " a sport" },
})
finish(conn, CLEAN, SMFIR_CONTINUE)
check(mt.eom_check(conn, MT_HDRDELETE, "x-ringfence"), "X-Ringfence stayed")
check(mt.eom_check(conn, MT_HDRDELETE, "x-ringfence-score"), "X-Ringfence-Score stayed")
check(not mt.eom_check(conn, MT_HDRDELETE, "X-Ringfencing"), "a stranger's header was deleted")
check(not mt.eom_check(conn, MT_HDRDELETE, "x-ringfencing"), "a stranger's header was deleted")
check_header(conn, "X-Ringfence", "^no; v=1;")
mt.disconnect(conn)
