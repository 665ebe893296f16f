#!/usr/bin/env python3
"""An HTTP server on the loopback that does what servers do on bad days.

usage: fault_server.py FOLDER [CERTIFICATE KEY]
Prints its port (given by the kernel) in the first line of standard output; ends when standard input
does. Every request is a line of FOLDER/requests.log before it is answered: method, path, headers in
lower case, body. A path is answered by the table FAULTS below, else it is a file of FOLDER, with ETag
and Last-Modified, asked for conditionally or not.
"""
import hashlib
import json
import pathlib
import socketserver
import sys
import threading
import time
import urllib.parse
import zlib

FOLDER = pathlib.Path(sys.argv[1])
LIST = b"".join(b"+1888555%04d\n" % n for n in range(100, 200))
ENOUGH = threading.Event()  # set at the end: whoever waits goes home
lock = threading.Lock()
seen = {}  # requests by path


def head(status, *lines):
    return "\r\n".join([f"HTTP/1.1 {status} x", *lines, "", ""]).encode()


def whole(body, *lines, status=200):
    return head(status, f"Content-Length: {len(body)}", *lines) + body


class Handler(socketserver.StreamRequestHandler):
    def send(self, data):
        self.wfile.write(data)

    def handle(self):
        try:
            while self.one():
                pass
        except OSError:  # the client has had enough
            pass

    def one(self):
        request = self.rfile.readline(65536).split()
        if len(request) < 3:
            return False
        method, target = request[0].decode(), request[1].decode()
        self.headers = {}
        while (line := self.rfile.readline(65536).strip()):
            name, _, value = line.decode("latin-1").partition(":")
            self.headers[name.lower()] = value.strip()
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        url = urllib.parse.urlsplit(target)
        self.path, self.query = url.path, urllib.parse.parse_qs(url.query)
        with lock:
            seen[target] = seen.get(target, 0) + 1
            self.times = seen[target]
            with open(FOLDER / "requests.log", "a", encoding="utf-8") as log:
                log.write(json.dumps({"method": method, "path": target, "headers": self.headers,
                                      "body": body.decode("latin-1")}) + "\n")
        for begin, fault in FAULTS.items():
            if self.path.startswith(begin):
                return fault(self) is True
        return self.file()

    def argument(self, name, default=""):
        return self.query.get(name, [default])[0]

    def file(self):
        path = (FOLDER / self.path.lstrip("/")).resolve()
        if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
            self.send(whole(b"no such document\n", status=404))
            return True
        content = path.read_bytes()
        etag = '"' + hashlib.sha256(content).hexdigest()[:16] + '"'
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(path.stat().st_mtime))
        validators = [f"ETag: {etag}", f"Last-Modified: {date}"]
        if self.headers.get("if-none-match") == etag:
            self.send(head(304, *validators))
        else:
            self.send(whole(content, *validators))
        return True

    # Faults. True: the connection stays.

    def cut(self):
        self.send(head(200, f"Content-Length: {len(LIST)}") + LIST[:400])

    def stall(self):
        self.cut()
        ENOUGH.wait()

    def silent(self):
        ENOUGH.wait()

    def short(self):  # says less than it sends
        self.send(head(200, "Content-Length: 130") + LIST)

    def endless(self):
        chunked = self.path.endswith("chunked")
        self.send(head(200, "Transfer-Encoding: chunked" if chunked else "Connection: close"))
        block = LIST * 50
        frame = b"%x\r\n%s\r\n" % (len(block), block) if chunked else block
        while not ENOUGH.is_set():
            self.send(frame)

    def endless_header(self):
        self.send(b"HTTP/1.1 200 x\r\n")
        while not ENOUGH.is_set():
            self.send(b"X-More: " + b"x" * 1000 + b"\r\n")

    def announced(self):  # huge, and says so
        self.send(head(200, "Content-Length: 99999999999") + LIST)

    def drip(self):
        self.send(head(200, f"Content-Length: {len(LIST)}"))
        for byte in LIST:
            self.send(bytes([byte]))
            if ENOUGH.wait(0.02):
                break

    def bomb(self):
        """A hundred megabytes of nothing in half a megabyte of gzip."""
        gzip = zlib.compressobj(1, zlib.DEFLATED, 31)
        block = bytes(1 << 20)
        body = b"".join(gzip.compress(block) for _ in range(100)) + gzip.flush()
        self.send(whole(body))
        return True

    def status(self):
        lines = []
        if self.argument("retry-after"):
            lines.append("Retry-After: " + self.argument("retry-after"))
        self.send(whole(b"<html>no</html>", *lines, status=int(self.path.split("/")[2])))
        return True

    def status_endless(self):
        self.send(head(int(self.argument("status")), "Connection: close"))
        while not ENOUGH.is_set():
            self.send(b"no " * 1000)

    def late(self):
        """Bad for the first `times` requests."""
        if self.times <= int(self.argument("times", "1")):
            how = self.argument("how", "500")
            return self.cut() if how == "cut" else self.status_of(int(how))
        self.send(whole(LIST))
        return True

    def status_of(self, status):
        retry = [f"Retry-After: {self.argument('retry-after')}"] if self.argument("retry-after") else []
        self.send(whole(b"not now", *retry, status=status))
        return True

    def redirect(self):
        self.send(whole(b"", "Location: " + self.argument("to"),
                        status=int(self.argument("status", "302"))))
        return True

    def circle(self):
        self.send(whole(b"", "Location: /circle", status=302))
        return True

    def html(self):
        self.send(whole(b"<!DOCTYPE html>\n<html><body>Please log in. Call +1 888 555 0123</body></html>\n",
                        "Content-Type: text/html"))
        return True

    def empty(self):
        self.send(whole(b""))
        return True

    def garbage(self):
        self.send(b"220 mail.example.org ESMTP\r\n" * 5)

    def unasked_304(self):
        self.send(head(304))
        return True

    def headers_back(self):
        self.send(whole(json.dumps(self.headers).encode()))
        return True

    def close(self):
        pass

    def misp_search(self):
        if self.headers.get("authorization") != "test-key":
            self.send(whole(b'{"message": "Authentication failed"}', status=403))
        else:
            self.send(whole((FOLDER / "rest.json").read_bytes(), "Content-Type: application/json"))
        return True

    def taxii(self):
        """A collection: FOLDER/objects.json is a list of [date added, object]; pages of two. Below
        /taxii-next/ the server gives `next`, below /taxii-date/ only the date added."""
        kind = "application/taxii+json;version=2.1"
        if self.headers.get("accept") != kind:
            self.send(whole(b"{}", status=406))
            return True
        items = json.loads((FOLDER / "objects.json").read_text())
        after = self.argument("added_after")
        items = [item for item in items if not after or item[0] > after]
        start = int(self.argument("next", "0"))
        page = items[start:start + 2]
        envelope = {"objects": [item[1] for item in page]}
        if start + 2 < len(items):
            envelope["more"] = True
            if self.path.startswith("/taxii-next/"):
                envelope["next"] = str(start + 2)
        lines = [f"Content-Type: {kind}"]
        if page:
            lines += [f"X-TAXII-Date-Added-First: {page[0][0]}", f"X-TAXII-Date-Added-Last: {page[-1][0]}"]
        if not page:
            envelope = {}
        self.send(whole(json.dumps(envelope).encode(), *lines))
        return True

    def taxii_circle(self):
        self.send(whole(b'{"more": true, "next": "same", "objects": [{"type": "x"}]}'))
        return True


FAULTS = {
    "/cut": Handler.cut, "/stall": Handler.stall, "/silent": Handler.silent, "/short": Handler.short,
    "/endless-header": Handler.endless_header, "/endless": Handler.endless, "/announced": Handler.announced,
    "/drip": Handler.drip, "/bomb": Handler.bomb, "/status-endless": Handler.status_endless,
    "/status/": Handler.status, "/late": Handler.late, "/redirect": Handler.redirect, "/circle": Handler.circle, "/html": Handler.html,
    "/empty": Handler.empty, "/garbage": Handler.garbage, "/unasked-304": Handler.unasked_304,
    "/headers": Handler.headers_back, "/close": Handler.close,
    "/misp/attributes/restSearch": Handler.misp_search, "/taxii-circle": Handler.taxii_circle,
    "/taxii-": Handler.taxii,
}


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, tls):
        self.tls = tls
        super().__init__(("127.0.0.1", 0), Handler)

    def finish_request(self, request, client_address):
        if self.tls is not None:  # in the client's own thread: a failed handshake stops no other
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError:
                return
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass


def main():
    tls = None
    if len(sys.argv) > 3:
        import ssl
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    server = Server(tls)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    ENOUGH.set()


if __name__ == "__main__":
    main()
