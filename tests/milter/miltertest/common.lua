-- What the conversations share. Globals given by run_miltertest.sh: sock, dir.
-- A conversation fails by error(); miltertest then exits with another code than 0.

LISTED = "Your renewal: please call +1 888 555 0123 today.\r\n"
CLEAN = "Good morning, the minutes are attached.\r\n"

function check(condition, message)
	if not condition then
		mt.echo(message) -- miltertest does not print what error() says
		error(message, 2)
	end
end

function open()
	local conn = mt.connect(sock, 50, 0.1)
	check(conn ~= nil, "cannot connect to " .. sock)
	check(mt.negotiate(conn, nil, nil, nil) == nil, "negotiation failed")
	return conn
end

-- A connected session. An empty login is an unauthenticated one.
function greet(conn, address)
	mt.macro(conn, SMFIC_CONNECT, "j", "mta.test.example")
	check(mt.conninfo(conn, "client.sender.example", address or "192.0.2.1") == nil, "conninfo failed")
	check(mt.helo(conn, "client.sender.example") == nil, "helo failed")
end

-- Envelope of a message. The values of headers go with the blank after the colon, as MTAs send them.
function envelope(conn, recipient, login, size)
	if login then
		mt.macro(conn, SMFIC_MAIL, "i", "4TEST1", "{auth_authen}", login)
	else
		mt.macro(conn, SMFIC_MAIL, "i", "4TEST1")
	end
	if size then
		check(mt.mailfrom(conn, "<a@sender.example>", "SIZE=" .. size) == nil, "mailfrom failed")
	else
		check(mt.mailfrom(conn, "<a@sender.example>") == nil, "mailfrom failed")
	end
	check(mt.getreply(conn) == SMFIR_CONTINUE, "MAIL FROM not taken")
	check(mt.rcptto(conn, "<" .. recipient .. ">") == nil, "rcptto failed")
	check(mt.data(conn) == nil, "data failed")
end

function headers(conn, more)
	check(mt.header(conn, "From", " a@sender.example") == nil, "header failed")
	for _, field in ipairs(more or {}) do
		check(mt.header(conn, field[1], field[2]) == nil, "header " .. field[1] .. " failed")
	end
	check(mt.header(conn, "Subject", " hello") == nil, "header failed")
	check(mt.eoh(conn) == nil, "eoh failed")
end

function finish(conn, body, reply)
	if body then
		check(mt.bodystring(conn, body) == nil, "body failed")
	end
	check(mt.eom(conn) == nil, "eom failed")
	check(mt.getreply(conn) == reply,
		"reply is " .. string.format("%d", mt.getreply(conn)) .. ", not " .. string.format("%d", reply))
end

-- The first of our headers as inserted, without fold and leading blank.
function inserted(conn, name)
	local value = mt.getheader(conn, name, 0)
	if value == nil then
		return nil
	end
	return (string.gsub(string.gsub(value, "^ ", ""), "\r?\n[ \t]", " "))
end

function check_header(conn, name, pattern)
	local value = inserted(conn, name)
	check(value ~= nil, "no " .. name)
	check(string.find(value, pattern), name .. " is '" .. value .. "', wanted " .. pattern)
end
