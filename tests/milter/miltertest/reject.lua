-- reject: our code, our two lines, the % as one % on the wire of SMTP (doubled in the milter protocol).
dofile(dir .. "/common.lua")
local conn = open()
greet(conn)
envelope(conn, "b@reject.example")
headers(conn)
finish(conn, LISTED, SMFIR_REPLYCODE)
-- miltertest compares with the whole reply, which has a - after the code of all lines but the last.
check(mt.eom_check(conn, MT_SMTPREPLY,
	"554-5.7.9 This mail is 100%% unwanted.\r\n554 5.7.9 Ask postmaster@example.org."),
	"another reply")
check(not mt.eom_check(conn, MT_HDRINSERT), "headers on a rejected mail")
mt.disconnect(conn)
