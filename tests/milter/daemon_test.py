#!/usr/bin/env python3
"""The life of the real daemon: sockets, signals, reload under open messages, graceful stop, codes.

usage: daemon_test.py RINGFENCE RINGFENCECTL
Uses a temporary folder for everything and ends only what it started.
"""
import os
import pathlib
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

from milter_process import LISTED, SECONDS, Daemon, Mta

RINGFENCE, RINGFENCECTL = (pathlib.Path(p).resolve() for p in sys.argv[1:3])


def inserted_or_removed(actions, command):
    """(index, name, value) of each."""
    return [(struct.unpack(">I", d[:4])[0], *d[4:].split(b"\0")[:2]) for c, d in actions
            if c == command]


class Lifecycle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="ringfence-daemon.")
        self.addCleanup(folder.cleanup)
        self.daemon = Daemon(RINGFENCE, RINGFENCECTL, folder.name)
        self.daemon.ctl("deny", "add", "+18885550123")
        self.addCleanup(self.end)

    def end(self):
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.process.kill()
            self.daemon.process.wait()

    def mta(self, address=None, **offer):
        mta = Mta(address or self.daemon.milter, **offer)
        self.addCleanup(mta.close)
        return mta.greet()

    def test_negotiation_and_order_of_headers(self):
        self.daemon.start()
        mta = self.mta()
        self.assertEqual(mta.actions & 0x31, 0x31)
        self.assertIn(b"{auth_authen}", mta.macro_lists)
        actions, reply, _ = mta.message()
        self.assertEqual(reply, b"c")
        inserted = inserted_or_removed(actions, b"i")
        # Each is put at 1, so the last one sent stands on top.
        self.assertEqual([(i, name) for i, name, _ in inserted],
                         [(1, b"X-Ringfence-Number"), (1, b"X-Ringfence-Score"),
                          (1, b"X-Ringfence")])
        for _, _, value in inserted:
            self.assertTrue(value.startswith(b" "), value)
        self.assertIn(b"q", [c for c, _ in actions])

    def test_forged_headers_go_from_the_last_to_the_first(self):
        self.daemon.start()
        mta = self.mta()
        mta.step(b"M", b"<a@sender.example>\0")
        mta.step(b"R", b"<b@example.org>\0")
        for name in (b"X-Ringfence", b"Subject", b"x-ringfence", b"X-RINGFENCE"):
            mta.step(b"L", name + b"\0 no\0")
        mta.step(b"N")
        actions, reply, _ = mta.end()
        self.assertEqual(inserted_or_removed(actions, b"m"),
                         [(i, b"x-ringfence", b"") for i in (3, 2, 1)])
        self.assertEqual(reply, b"c")

    def test_an_old_mta_gets_an_answer_to_every_step(self):
        self.daemon.start()
        mta = self.mta(actions=0x3F, steps=0x7F)
        self.assertEqual(mta.steps, 0)
        _, reply, data = mta.message("b@reject.example")
        self.assertEqual(reply, b"y")
        self.assertEqual(data, b"554-5.7.9 This mail is 100%% unwanted.\r\n"
                               b"554 5.7.9 Ask postmaster@example.org.\0")

    def test_an_mta_without_quarantine_gets_the_headers(self):
        self.daemon.start()
        mta = self.mta(actions=0x11)
        self.assertEqual(mta.actions, 0x11)
        actions, reply, _ = mta.message()
        self.assertEqual(reply, b"c")
        self.assertNotIn(b"q", [c for c, _ in actions])
        self.assertIn(b"action=quarantine", b"".join(d for _, d in actions))

    def test_an_mta_that_changes_no_headers_is_refused(self):
        self.daemon.start()
        with self.assertRaises(EOFError):
            self.mta(actions=0x20)

    def test_header_fields_beyond_all_bounds(self):
        self.daemon.start()
        mta = self.mta()
        fields = [b"X-Long\0 " + b"long " * 13000, b"To\0" + b"\n x" * 21000, b"Subject\0",
                  b"\xff\x01\0\xfe"] + [b"X-Many\0 1"] * 20000
        mta.step(b"M", b"<a@sender.example>\0")
        mta.step(b"R", b"<b@reject.example>\0")
        for field in fields:
            mta.step(b"L", field + b"\0")
        mta.step(b"N")
        mta.step(b"B", LISTED)
        self.assertEqual(mta.end()[1], b"y")

    def test_inet_socket(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.daemon = Daemon(RINGFENCE, RINGFENCECTL, self.daemon.folder,
                             f"inet:{port}@127.0.0.1").start()
        _, reply, _ = self.mta(("127.0.0.1", port)).message("b@reject.example")
        self.assertEqual(reply, b"y")
        self.assertEqual(self.daemon.stop(), 0)

    def test_sighup_reloads_and_never_stops(self):
        self.daemon.start()
        self.assertEqual(self.daemon.status()["reloads"]["done"], 0)
        for wanted in range(1, 6):
            self.daemon.process.send_signal(signal.SIGHUP)
            self.daemon.wait_for(lambda: self.daemon.status()["reloads"]["done"] >= wanted)
        _, reply, _ = self.mta().message("b@reject.example")
        self.assertEqual(reply, b"y")
        # A burst coalesces; what matters is that libmilter sees none of it.
        for _ in range(200):
            self.daemon.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.mta().message("b@reject.example")[1], b"y")
        self.assertEqual(self.daemon.stop(), 0)

    def test_reload_is_all_or_nothing(self):
        self.daemon.start()
        good = self.daemon.config.read_text()
        self.daemon.config.write_text(good + "\nno_such_key: 1\n")
        answer = self.daemon.control("reload")
        self.assertFalse(answer["ok"])
        self.assertEqual(answer["code"], 78)
        self.assertIn("no_such_key", answer["error"])
        self.assertEqual(self.mta().message("b@reject.example")[1], b"y")
        self.assertEqual(self.daemon.status()["reloads"]["failed"], 1)
        self.assertIn("no_such_key", self.daemon.status()["reloads"]["last_error"])

        self.daemon.config.write_text(good.replace("mx.test.example", "new.example"))
        self.assertTrue(self.daemon.control("reload")["ok"])
        actions, _, _ = self.mta().message()
        self.assertIn(b"host=new.example", b"".join(d for _, d in actions))
        self.assertNotIn("last_error", self.daemon.status()["reloads"])

    def test_a_message_keeps_its_snapshot_over_a_reload(self):
        self.daemon.start()
        mta = self.mta()
        mta.begin("b@reject.example")
        mta.step(b"B", LISTED)
        text = self.daemon.config.read_text()
        self.daemon.config.write_text(text[: text.index("policy:")] + "policy: {rules: []}\n")
        self.assertTrue(self.daemon.control("reload")["ok"])
        self.assertEqual(mta.end()[1], b"y")
        self.assertEqual(mta.message("b@reject.example")[1], b"c")

    def test_reload_while_many_sessions_run(self):
        self.daemon.start()
        wrong, done = [], threading.Event()

        def talk():
            mta = self.mta()
            while not done.is_set():
                reply = mta.message("b@reject.example")[1]
                if reply != b"y":
                    wrong.append(reply)
            mta.close()

        threads = [threading.Thread(target=talk) for _ in range(20)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            self.assertTrue(self.daemon.control("reload")["ok"])
        done.set()
        for thread in threads:
            thread.join(SECONDS)
        self.assertEqual(wrong, [])
        self.assertEqual(self.daemon.stop(), 0)

    def test_graceful_stop_lets_messages_finish(self):
        self.daemon.start()
        under_way, idle = self.mta(), self.mta()
        under_way.begin("b@reject.example")
        self.daemon.process.send_signal(signal.SIGTERM)
        self.daemon.wait_for(lambda: not os.path.exists(self.daemon.milter))
        # No new message on an open connection, no new connection.
        command, data = idle.step(b"M", b"<a@sender.example>\0")
        self.assertEqual((command, data[:9]), (b"y", b"451 4.3.2"))
        with self.assertRaises(OSError):
            self.mta()
        self.assertEqual(self.daemon.status()["state"], "stopping")
        under_way.step(b"B", LISTED)
        self.assertEqual(under_way.end()[1], b"y")
        self.assertEqual(self.daemon.process.wait(SECONDS), 0)
        self.assertFalse((self.daemon.folder / "control.sock").exists())
        self.assertFalse((self.daemon.folder / "pid").exists())

    def test_stop_by_control_socket(self):
        self.daemon.start()
        self.assertEqual(self.daemon.control("stop"), {"ok": True, "message": "stopping"})
        self.assertEqual(self.daemon.process.wait(SECONDS), 0)

    def test_second_signal_ends_the_wait(self):
        self.daemon.start()
        mta = self.mta()
        mta.begin()
        self.daemon.process.send_signal(signal.SIGTERM)
        self.daemon.wait_for(lambda: "stopping: 1 messages" in self.daemon.text())
        self.daemon.process.send_signal(signal.SIGINT)
        self.assertEqual(self.daemon.process.wait(SECONDS), 0)
        self.assertIn("stopped with 1 messages under way", self.daemon.text())

    def test_grace_is_bounded(self):
        text = self.daemon.config.read_text().replace("stop_grace: 20s", "stop_grace: 0s")
        self.daemon.config.write_text(text)
        self.daemon.start()
        self.mta().begin()
        self.assertEqual(self.daemon.stop(), 0)

    def test_stale_socket_is_replaced_and_a_living_one_is_not(self):
        self.daemon.start()
        second = subprocess.run([RINGFENCE, "--config", self.daemon.config], stderr=subprocess.PIPE,
                                timeout=SECONDS)
        self.assertEqual(second.returncode, 69, second.stderr)
        self.assertEqual(self.mta().message("b@reject.example")[1], b"y")
        self.daemon.process.kill()
        self.daemon.process.wait()
        self.assertTrue(os.path.exists(self.daemon.milter))
        self.daemon.start()
        self.assertEqual(self.mta().message("b@reject.example")[1], b"y")

    def test_socket_modes(self):
        text = self.daemon.config.read_text()
        modes = "  socket_mode: 0600\n  control_socket_mode: 0640\n"
        text = text.replace("  hostname:", modes + "  hostname:")
        self.daemon.config.write_text(text)
        self.daemon.start()
        mode = lambda name: stat.S_IMODE(os.stat(self.daemon.folder / name).st_mode)
        self.assertEqual(mode("milter.sock"), 0o600)
        self.assertEqual(mode("control.sock"), 0o640)

    def test_exit_codes(self):
        def code(*arguments):
            return subprocess.run([RINGFENCE, *arguments], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, timeout=SECONDS).returncode
        config, folder = self.daemon.config, self.daemon.folder
        self.assertEqual(code("--version"), 0)
        self.assertEqual(code("--nonsense"), 64)
        self.assertEqual(code("--config", folder / "missing.yaml"), 66)
        self.assertEqual(code("--config", config, "--check"), 0)
        text = config.read_text()
        config.write_text(text + "nonsense: 1\n")
        self.assertEqual(code("--config", config, "--check"), 78)
        self.assertEqual(code("--config", config), 78)
        config.write_text(text.replace(f"{folder}/reputation", f"{folder}/nowhere"))
        self.assertEqual(code("--config", config), 66)
        config.write_text(text.replace(f"unix:{folder}/milter.sock", f"unix:{config}"))
        self.assertEqual(code("--config", config), 73)

    def test_what_bad_clients_send_is_survived(self):
        self.daemon.start()
        for data in (b"", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\x01Z",
                     b"GET / HTTP/1.0\r\n\r\n",
                     struct.pack(">I", 13) + b"O" + struct.pack(">III", 1, 0, 0)):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(self.daemon.milter)
                client.sendall(data)
        mta = self.mta()  # commands out of order
        for command in (b"B", b"N", b"T", b"L"):
            mta.send(command, b"x\0y\0")
        mta.close()
        self.assertEqual(self.mta().message("b@reject.example")[1], b"y")

    def test_status_and_log(self):
        self.daemon.start()
        mta = self.mta()
        mta.message("b@reject.example")
        mta.message("b@example.org")
        status = self.daemon.status()
        self.assertEqual(status["messages"]["reject"], 1)
        self.assertEqual(status["messages"]["quarantine"], 1)
        self.assertEqual(status["messages"]["under_way"], 0)
        self.assertEqual(status["sessions_open"], 1)
        self.assertEqual(status["pid"], self.daemon.process.pid)
        self.assertEqual(status["reputation"]["deny_entries"], 1)
        self.assertIn('ringfence_messages_total{action="reject"} 1',
                      self.daemon.control("metrics")["metrics"])
        line = next(l for l in self.daemon.text().splitlines() if "action=reject" in l)
        self.assertRegex(line, r"4TEST1: from=<a@sender\.example> to=1 "
                               r"client=client\.example\[192\.0\.2\.1\] action=reject "
                               r"rule=to-reject score=100 found=1 numbers=\+18885550123/100 ")

    def test_the_service_manager_is_told(self):
        path = str(self.daemon.folder / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(SECONDS)
            self.daemon.start(NOTIFY_SOCKET=path, WATCHDOG_USEC="200000")

            def next_with(key):
                while key not in (text := manager.recv(4096).decode()):
                    pass
                return text
            self.assertIn("STATUS=", next_with("READY=1"))
            next_with("WATCHDOG=1")
            next_with("WATCHDOG=1")
            self.daemon.control("reload")
            next_with("RELOADING=1")
            next_with("READY=1")
            self.daemon.process.send_signal(signal.SIGTERM)
            next_with("STOPPING=1")
            self.assertEqual(self.daemon.process.wait(SECONDS), 0)


if __name__ == "__main__":
    program = unittest.main(argv=[sys.argv[0], *sys.argv[3:]], exit=False)
    sys.exit(0 if program.result.wasSuccessful() and program.result.testsRun else 1)
