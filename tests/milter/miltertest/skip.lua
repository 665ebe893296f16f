-- Skip rules: authenticated, client network, SIZE=. Nothing is done, forged headers still go. The body of
-- our own users' mail is wanted for its numbers (sightings.outbound), that of large mail is not.
dofile(dir .. "/common.lua")
local cases = {
	{ reason = "authenticated", login = "alice", body = SMFIR_CONTINUE },
	{ reason = "client%-network", address = "198.51.100.7", body = SMFIR_CONTINUE },
	{ reason = "size", size = "2000000", body = SMFIR_SKIP },
}
for _, case in ipairs(cases) do
	local conn = open()
	greet(conn, case.address)
	envelope(conn, "b@reject.example", case.login, case.size)
	headers(conn, { { "X-Ringfence", " no" } })
	check(mt.bodystring(conn, LISTED) == nil, "body failed")
	check(mt.getreply(conn) == case.body, case.reason .. ": the body is wanted, or is not")
	finish(conn, nil, SMFIR_CONTINUE)
	check_header(conn, "X-Ringfence", "^skip; v=1; reason=" .. case.reason)
	check(mt.eom_check(conn, MT_HDRDELETE, "x-ringfence"), case.reason .. ": forged header stayed")
	mt.disconnect(conn)
end
