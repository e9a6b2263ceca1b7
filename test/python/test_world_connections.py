"""What has its other end elsewhere, and what is polled, when a session goes back."""

import unittest

from timelines import TimelineCase, play

LISTEN = (
    "import socket, threading\nserver = socket.create_server(('127.0.0.1', 0)); port = server.getsockname()[1]\n"
    "client = socket.create_connection(('127.0.0.1', port)); peer, _ = server.accept()\n"
)
TIMELINE = "belongs to another timeline"


class Connections(TimelineCase):
    """Hazard 9."""

    def test_a_connection_stays_with_the_one_that_goes_on_and_says_so_in_the_other(self) -> None:
        told = play(
            LISTEN + "file = client.makefile('rb'); peer.send(b'hello\\n')",
            "seen['read'] = file.readline().decode(); client.send(b'x'); seen['peer'] = peer.recv(9).decode()",
            "for use in (lambda: client.recv(1), lambda: client.send(b'a'), server.accept, file.readline):\n"
            "    try: use()\n"
            "    except ConnectionError as error: seen.setdefault('said', []).append(str(error))\n"
            "seen['is'] = [isinstance(client, socket.socket), type(client).__name__]; file.close(); client.close(); seen['closed'] = client.fileno()",
        )

        self.assertEqual(told.live, {"read": "hello\n", "peer": "x"})
        self.assertEqual(len(told.restored["said"]), 4)
        self.assertTrue(all(TIMELINE in one for one in told.restored["said"]), told.restored)
        self.assertEqual((told.restored["is"], told.restored["closed"]), ([True, "socket"], -1))

    def test_warnings_name_the_peer_and_the_port(self) -> None:
        told = play(LISTEN + "import os; os.write(1, f'{port}\\n'.encode())")

        self.assertEqual([one["kind"] for one in told.warnings], ["socket"] * 3)
        self.assertRegex(told.warnings[0]["message"], r"listens at 127\.0\.0\.1:\d+ ")
        self.assertRegex(told.warnings[1]["name"], r"^127\.0\.0\.1:\d+$")

    def test_the_peer_sees_the_end_and_the_port_is_free_though_a_frozen_process_is_there(self) -> None:
        told = play(
            LISTEN,
            "client.close(); peer.settimeout(20); seen['end'] = peer.recv(9).decode(); peer.close(); server.close()\n"
            "again_ = socket.socket(); again_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
            "again_.bind(('127.0.0.1', port)); again_.listen(); seen['bound'] = True",
        )

        self.assertEqual(told.live, {"end": "", "bound": True})

    def test_a_pipe_of_a_child_keeps_what_was_read_and_then_says_so(self) -> None:
        told = play(
            "import subprocess; child = subprocess.Popen(['sh', '-c', 'echo one; echo two; read x; echo three'],"
            " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\nfirst = child.stdout.readline()\n"
            "while b'two' not in child.stdout.peek(): pass",
            "child.stdin.write(b'\\n'); child.stdin.flush(); seen['rest'] = child.stdout.read().decode()",
            "seen['two'] = child.stdout.readline().decode()\n"
            "for use in (child.stdout.readline, lambda: child.stdin.write(b'x' * 100000)):\n"
            "    try: use()\n"
            "    except ConnectionError as error: seen.setdefault('said', []).append(str(error))\n",
        )

        self.assertEqual(told.live["rest"], "two\nthree\n")
        self.assertEqual(told.restored["two"], "two\n")
        self.assertEqual([TIMELINE in one for one in told.restored["said"]], [True, True])
        self.assertIn("pipe", told.kinds())

    def test_a_descriptor_that_is_used_by_its_number_is_refused_by_the_system(self) -> None:
        told = play(
            LISTEN + "import os, errno; n = client.fileno()",
            "",
            "try: os.read(n, 1)\nexcept OSError as error: seen['errno'] = errno.errorcode[error.errno]",
        )

        self.assertEqual(told.restored, {"errno": "ENOTCONN"})

    def test_what_was_lost_once_is_not_named_again(self) -> None:
        told = play(LISTEN, "", "seen['again'] = again(); seen['once'] = bool(client.fileno() > 0)")

        self.assertEqual(told.restored, {"again": [], "once": True})

    def test_a_library_finds_its_pooled_connection_closed_and_opens_another(self) -> None:
        told = play(
            "import http.server, http.client, subprocess, sys\n"
            "served = subprocess.Popen([sys.executable, '-c', 'import http.server; h = http.server.SimpleHTTPRequestHandler; '\n"
            "  'h.protocol_version = \"HTTP/1.1\"; s = http.server.HTTPServer((\"127.0.0.1\", 0), h); print(s.server_port, flush=True); '\n"
            "  's.serve_forever()'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder)\n"
            "c = http.client.HTTPConnection('127.0.0.1', int(served.stdout.readline()))\n"
            "c.request('GET', '/'); c.getresponse().read()",
            "c.close()",
            "try:\n    c.request('GET', '/'); c.getresponse()\nexcept ConnectionError: c.close()\n"
            "c.request('GET', '/'); seen['status'] = c.getresponse().status\n"
            "import os, signal; os.kill(served.pid, signal.SIGKILL)",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"status": 200})


    def test_a_stream_of_asyncio_says_so_as_well(self) -> None:
        told = play(
            LISTEN + "import asyncio; loop = asyncio.new_event_loop(); run = loop.run_until_complete\n"
            "reader, writer = run(asyncio.open_connection('127.0.0.1', port)); other, _ = server.accept(); other.send(b'one\\n')\n"
            "seen['first'] = run(reader.readline())",
            "other.send(b'two\\n'); seen['second'] = run(reader.readline()).decode()",
            "try: seen['second'] = run(asyncio.wait_for(reader.readline(), 20))\n"
            "except ConnectionError as error: seen['said'] = str(error)\n"
            "seen['loop'] = run(asyncio.sleep(0.001, 'on'))",
        )

        self.assertEqual(told.live, {"second": "two\n"})
        self.assertIn(TIMELINE, told.restored["said"])
        self.assertEqual(told.restored["loop"], "on")

    def test_an_encrypted_connection_says_so_as_well(self) -> None:
        told = play(
            "import socket, ssl; context = ssl.create_default_context(); a, b = socket.socketpair()\n"
            "server = socket.create_server(('127.0.0.1', 0)); plain = socket.create_connection(server.getsockname())\n"
            "secure = context.wrap_socket(plain, server_hostname='x', do_handshake_on_connect=False)",
            "",
            "for use in (lambda: secure.recv(1), secure.do_handshake, lambda: secure.sendall(b'x')):\n"
            "    try: use()\n"
            "    except ConnectionError as error: seen.setdefault('said', []).append(str(error))\n"
            "seen['is'] = isinstance(secure, ssl.SSLSocket)",
        )

        self.assertEqual([TIMELINE in one for one in told.restored["said"]], [True] * 3)
        self.assertTrue(told.restored["is"])


class Terminals(TimelineCase):
    """Hazard 9: pseudo-terminals."""

    def test_the_end_of_a_program_in_a_terminal_is_seen_though_a_frozen_process_is_there(self) -> None:
        told = play(
            "import os, subprocess; master, slave = os.openpty()\n"
            "child = subprocess.Popen(['sh', '-c', 'stty size; read x; echo $x'], stdin=slave, stdout=slave, stderr=slave)\n"
            "def rest():\n"
            "    try: return b''.join(iter(lambda: os.read(master, 99), b'')).decode()\n"
            "    except OSError as error: return error.strerror",
            # What the kernel still holds of a terminal is read before its end.
            "os.close(slave); os.write(master, b'hi\\n'); child.wait(); seen['end'] = rest()",
            "os.close(slave); seen['end'] = rest(); seen['is'] = os.isatty(master)",
        )

        self.assertEqual(told.live, {"end": "Input/output error"})
        self.assertEqual(told.restored, {"end": "Input/output error", "is": True})

    def test_a_terminal_with_both_ends_here_goes_on_in_both_set_up_alike(self) -> None:
        told = play(
            "import fcntl, os, struct, termios, tty; master, slave = os.openpty(); tty.setraw(slave)\n"
            "fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('4H', 7, 77, 0, 0))\n"
            "def use(text):\n"
            "    os.write(master, text); seen['read'] = os.read(slave, 9).decode()\n"
            "    seen['size'] = struct.unpack('4H', fcntl.ioctl(master, termios.TIOCGWINSZ, bytes(8)))[:2]\n"
            "    seen['raw'] = not termios.tcgetattr(slave)[3] & termios.ICANON",
            "use(b'live')",
            "use(b'back')",
        )

        self.assertEqual(told.live, {"read": "live", "size": [7, 77], "raw": True})
        self.assertEqual(told.restored, {"read": "back", "size": [7, 77], "raw": True})
        self.assertNotIn("pipe", told.kinds())


class Polling(TimelineCase):
    """Hazard 10."""

    def test_what_is_registered_or_not_in_one_timeline_is_not_in_the_other(self) -> None:
        told = play(
            "import select, os; r, w = os.pipe(); r2, w2 = os.pipe(); e = select.epoll(); e.register(r, select.EPOLLIN)\n"
            "os.write(w, b'x')",
            "e.unregister(r); e.register(r2, select.EPOLLIN); os.write(w2, b'x'); seen['ready'] = [n == r2 for n, _ in e.poll(5)]",
            "seen['ready'] = [n == r for n, _ in e.poll(5)]; e.register(r2, select.EPOLLIN); e.unregister(r)",
        )

        self.assertEqual((told.live, told.restored), ({"ready": [True]}, {"ready": [True]}))

    def test_an_asyncio_loop_goes_on_in_both(self) -> None:
        told = play(
            "import asyncio; loop = asyncio.new_event_loop()\n"
            "async def work(n):\n    await asyncio.sleep(0.001)\n"
            "    return n, await loop.run_in_executor(None, lambda: n + 1)\n"
            "async def wait(): return await asyncio.gather(asyncio.sleep(0.001, 'slept'))\n"
            "loop.run_until_complete(wait())",
            "loop.run_until_complete(work(1)); loop.close()",
            "seen['work'] = loop.run_until_complete(work(2)); loop.close()",
        )

        self.assertEqual(told.restored, {"work": [2, 3]})
        self.assertEqual(told.warnings, [])

    def test_counters_and_timers_in_descriptors_are_apart(self) -> None:
        told = play(
            "import os, ctypes; c = ctypes.CDLL(None); n = c.eventfd(5, os.O_NONBLOCK)\n"
            "import struct; t = c.timerfd_create(1, 0); c.timerfd_settime(t, 0, struct.pack('4q', 0, 0, 0, 50_000_000), None)",
            "os.read(n, 8)",
            "seen['count'] = int.from_bytes(os.read(n, 8), 'little'); seen['timer'] = int.from_bytes(os.read(t, 8), 'little')",
        )

        self.assertEqual(told.restored, {"count": 5, "timer": 1})


if __name__ == "__main__":
    unittest.main()
