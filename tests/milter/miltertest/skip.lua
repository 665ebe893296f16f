-- Skip rules: authenticated, client network, SIZE=. The body is not wanted, forged headers still go.
dofile(dir .. "/common.lua")
local cases = {
	{ reason = "authenticated", login = "alice" },
	{ reason = "client%-network", address = "198.51.100.7" },
	{ reason = "size", size = "2000000" },
}
for _, case in ipairs(cases) do
	local conn = open()
	greet(conn, case.address)
	envelope(conn, "b@reject.example", case.login, case.size)
	headers(conn, { { "X-Ringfence", " no" } })
	check(mt.bodystring(conn, LISTED) == nil, "body failed")
	check(mt.getreply(conn) == SMFIR_SKIP, case.reason .. ": body is wanted")
	finish(conn, nil, SMFIR_CONTINUE)
	check_header(conn, "X-Ringfence", "^skip; v=1; reason=" .. case.reason)
	check(mt.eom_check(conn, MT_HDRDELETE, "x-ringfence"), case.reason .. ": forged header stayed")
	mt.disconnect(conn)
end
