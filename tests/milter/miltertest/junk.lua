-- Bytes no mail should have: an answer, and the daemon lives. (miltertest itself dies of long fields;
-- daemon_test.py sends those.)
dofile(dir .. "/common.lua")
local bytes = {}
for i = 1, 60000 do
	bytes[i] = string.char((i * i * 7 + i) % 256)
end
local junk = table.concat(bytes)

local conn = open()
greet(conn)
envelope(conn, "b@example.org")
headers(conn, { { "Content-Type", " multipart/mixed; boundary=\"\255\1\"" }, { "X\255", " \255\254" } })
finish(conn, junk, SMFIR_CONTINUE)
check_header(conn, "X-Ringfence", "^%a+; v=1;")

mt.disconnect(conn)
