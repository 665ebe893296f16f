-- Bytes no mail should have, header fields beyond all bounds: an answer each time, and the daemon lives.
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

envelope(conn, "b@example.org")
headers(conn, { { "X-Long", " " .. string.rep("long ", 13000) } })
finish(conn, CLEAN, SMFIR_CONTINUE)

envelope(conn, "b@example.org")
headers(conn, { { "To", " " .. string.rep("\n x", 20000) } })
finish(conn, CLEAN, SMFIR_CONTINUE)
mt.disconnect(conn)
