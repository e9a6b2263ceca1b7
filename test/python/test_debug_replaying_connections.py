"""Pipes, sockets and event loops of a recorded program: each answers once, and again in every replay."""

import http.server
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import unittest
from typing import Any

from replaying import ReplayingCase, play


class Connections(ReplayingCase):
    def test_a_server_and_its_client(self) -> None:
        self.same(
            "import socket\nsnapshot()\ns = socket.create_server(('127.0.0.1', 0)); port = s.getsockname()[1]; seen(port); snapshot()\n"
            "c = socket.create_connection(('127.0.0.1', port)); a, peer = s.accept()\n"
            "seen([peer[0], a.fileno(), c.fileno(), a.getpeername() == c.getsockname()]); snapshot()\n"
            "c.sendall(b'hello'); seen(a.recv(100).decode()); snapshot()\n"
            "f = a.makefile('rwb'); c.send(b'line\\nrest'); seen(f.readline().decode()); snapshot(); f.write(b'back'); f.flush()\n"
            "b = bytearray(10); seen([c.recv_into(b), b.hex()]); a.setblocking(False)\n"
            "try: a.recv(10)\nexcept BlockingIOError as error: seen([type(error).__name__, error.errno, str(error)])\n"
            "f.close(); a.close(); seen(c.recv(9).decode()); c.close(); s.close(); snapshot()\n"
            "try: socket.create_connection(('127.0.0.1', port))\nexcept OSError as error: seen([type(error).__name__, str(error)])\n"
            "seen(len(socket.getaddrinfo('localhost', 80)))"
        )

    def test_datagrams(self) -> None:
        self.same(
            "import socket\nu = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 0))\n"
            "v = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nsnapshot()\nv.sendto(b'one', u.getsockname()); seen(u.recvfrom(10)[0].decode())\n"
            "b = bytearray(5); v.sendto(b'xx', u.getsockname()); snapshot(); seen([u.recvfrom_into(b)[0], b.hex()])\n"
            "v.connect(u.getsockname()); v.send(b'3'); seen(u.recvmsg(9)[0].decode())"
        )

    def test_a_server_counts_each_request_once(self) -> None:
        hits: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(str(len(hits)).encode())

            def log_message(self, *_: Any) -> None:
                return

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()

        told = self.same(
            "import urllib.request\nsnapshot()\nfor i in range(3):\n"
            "    with urllib.request.urlopen(f'http://127.0.0.1:{port}/{i}') as r: seen([r.status, r.read().decode()])\n    snapshot()\n",
            port=server.server_address[1],
            times=3,
        )

        self.assertEqual(hits, ["/0", "/1", "/2"])
        self.assertEqual(told.effects, [])

    @unittest.skipIf(shutil.which("openssl") is None, "needs openssl, to make a certificate")
    def test_encrypted_connections(self) -> None:
        files = [f"{self.folder}/{name}" for name in ("key", "certificate")]
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
        more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", files[0], "-out", files[1]]
        subprocess.run([*command, *more], check=True, capture_output=True)
        hits: list[bytes] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files[1], files[0])
        listening = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    with context.wrap_socket(listening.accept()[0], server_side=True) as connection:
                        hits.append(connection.recv(9))
                        connection.sendall(str(len(hits)).encode() * 3 + b"\n")
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        self.addCleanup(listening.close)

        for before in ("", "import ssl"):
            with self.subTest(before):
                self.same(
                    "import asyncio, socket, ssl\ncontext = ssl.create_default_context(cafile=folder + '/certificate')\nsnapshot()\n"
                    "with socket.create_connection(('127.0.0.1', port)) as plain:\n"
                    "    with context.wrap_socket(plain, server_hostname='localhost') as s:\n"
                    "        seen([s.version(), s.getpeercert()['subject']]); snapshot(); s.sendall(b'one'); seen(s.recv(1).decode()); snapshot()\n"
                    "        b = bytearray(9); seen([s.recv_into(b, 2), b.hex()])\n"
                    "async def main():\n"
                    "    r, w = await asyncio.open_connection('127.0.0.1', port, ssl=context, server_hostname='localhost'); snapshot()\n"
                    "    w.write(b'two'); seen((await r.readline()).decode()); snapshot(); w.close(); seen(1)\n"
                    "asyncio.run(main()); seen(2)",
                    before,
                    port=listening.getsockname()[1],
                )

        self.assertEqual(hits, [b"one", b"two"] * 2)

    def test_thousands_of_small_messages_are_no_effects(self) -> None:
        told = self.same(
            "import socket\na, b = socket.socketpair()\nsnapshot()\nn = 0\n"
            "for i in range(5000): a.send(b'x'); n += len(b.recv(1))\nseen(n); snapshot(); a.send(b'!'); seen(b.recv(2).decode())"
        )

        self.assertEqual(told.effects, [])


class Pairs(ReplayingCase):
    PROGRAM = (
        "import os, socket, select\nr, w = os.pipe(); a, b = socket.socketpair(); os.write(w, b'0')\nsnapshot()\n"
        "os.write(w, b'abc'); seen(os.read(r, 2).decode()); snapshot(); seen(os.read(r, 9).decode())\n"
        "a.send(b'hey'); seen(b.recv(2).decode()); snapshot(); seen([select.select([b, r], [a], [], 0)[0] == [b], b.recv(5).decode()])\n"
        "f = os.fdopen(r); os.write(w, b'l1\\nl2\\n'); seen(f.readline()); snapshot(); seen(f.readline())\n"
        "e = select.epoll(); e.register(b, select.EPOLLIN); a.send(b'1'); seen(e.poll(0)); snapshot(); seen(e.poll(0)); b.recv(1)\n"
        "p = select.poll(); p.register(b); seen([e.poll(0), p.poll(0)]); snapshot(); seen(p.poll(0)); os.close(w); seen(f.read())\n"
    )

    def test_what_is_under_way_and_what_is_polled(self) -> None:
        self.same(self.PROGRAM)

    def test_a_branch_finds_in_them_what_was_under_way(self) -> None:
        told = play(
            "import os, socket\nr, w = os.pipe(); a, b = socket.socketpair(); os.write(w, b'12'); b.settimeout(5)\nsnapshot()\n"
            "seen(os.read(r, 1).decode()); os.write(w, b'345'); a.send(b'abc'); seen(b.recv(1).decode())\n"
            "world.promote()\nos.write(w, b'6'); seen([os.read(r, 99).decode(), b.recv(99).decode()])"
        )

        self.assertEqual(told.replays[0].seen, ["1", "a", ["23456", "bc"]])


class Loops(ReplayingCase):
    def test_a_server_three_clients_and_a_timeout(self) -> None:
        self.same(
            "import asyncio, time\n"
            "async def handle(r, w):\n"
            "    data = await r.readline(); seen(data.decode()); snapshot(); w.write(data.upper()); await w.drain(); w.close()\n"
            "async def ask(port, n):\n"
            "    r, w = await asyncio.open_connection('127.0.0.1', port); w.write(b'q%d\\n' % n); got = await r.readline(); w.close()\n"
            "    await asyncio.sleep(0.01 * n); seen(got.decode()); return got.decode()\n"
            "async def main():\n"
            "    snapshot(); server = await asyncio.start_server(handle, '127.0.0.1', 0); port = server.sockets[0].getsockname()[1]\n"
            "    seen(port); snapshot(); seen(await asyncio.gather(*[ask(port, i) for i in range(3)])); snapshot(); t = time.monotonic()\n"
            "    try: await asyncio.wait_for(asyncio.sleep(5), 0.1)\n"
            "    except asyncio.TimeoutError: seen('timeout')\n"
            "    seen(time.monotonic() - t); snapshot(); server.close(); await server.wait_closed(); seen('closed')\n"
            "asyncio.run(main()); seen(3)"
        )

    def test_a_child_of_a_loop(self) -> None:
        told = play(
            "import asyncio\nasync def main():\n    snapshot()\n"
            "    p = await asyncio.create_subprocess_exec('sh', '-c', 'read x; echo $x; exit 4', stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)\n"
            "    seen(1); out, _ = await p.communicate(b'abc\\n'); seen([out.decode(), p.returncode])\nasyncio.run(main()); snapshot(); seen(2)"
        )

        self.assertEqual(told.seen, [1, ["abc\n", 4], 2])
        for replay in told.replays:
            # Until 3.11 a thread waits for the child, and a replay of what threads do may only end early, in words.
            self.assertTrue(replay.is_true or (sys.version_info < (3, 12) and replay.diverged), replay)


if __name__ == "__main__":
    unittest.main()
