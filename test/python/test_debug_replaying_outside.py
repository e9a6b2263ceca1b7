"""Children and databases of a recorded program, looks, branches and other edges: what is done is done once."""

import sqlite3
import tempfile
import unittest
from pathlib import Path

from replaying import ReplayingCase, play


class Children(ReplayingCase):
    def test_what_they_say_and_how_they_end(self) -> None:
        told = self.same(
            "import subprocess\nsnapshot()\n"
            "r = subprocess.run(['sh', '-c', 'echo hello; echo x >> ' + folder + '/log; exit 3'], stdout=subprocess.PIPE)\n"
            "seen([r.returncode, r.stdout.decode()])\n"
            "p = subprocess.Popen(['sh', '-c', 'read x; echo got $x; echo y >> ' + folder + '/log; read x; echo more; exit 5'],"
            " stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
            "seen(p.pid); snapshot(); p.stdin.write('abc\\n'); p.stdin.flush(); snapshot()\n"
            "seen(p.stdout.readline()); seen(p.poll()); snapshot(); p.stdin.write('\\n'); p.stdin.flush()\n"
            "seen(p.stdout.read()); seen(p.wait()); snapshot(); seen(p.returncode)\n"
            "q = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE); seen(1); snapshot()\n"
            "seen(len(q.communicate(b'y' * 100000)[0])); seen(q.returncode)"
        )

        self.assertEqual([kind for kind, _ in told.effects], ["process"] * 3)
        self.assertEqual(self.files(), {"log": "x\ny\n"})

    def test_one_that_is_not_waited_for_and_one_that_is_missing(self) -> None:
        self.same(
            "import subprocess, os\nsnapshot()\np = subprocess.Popen(['sh', '-c', 'read x'], stdin=subprocess.PIPE); seen(0); snapshot()\n"
            "try: p.wait(0.05)\nexcept subprocess.TimeoutExpired as error: seen(str(error.timeout))\n"
            "p.stdin.close(); seen(os.waitpid(p.pid, 0)[0] == p.pid); snapshot()\n"
            "try: os.waitpid(p.pid, 0)\nexcept ChildProcessError as error: seen(error.errno)\nseen(p.wait())\n"
            "try: subprocess.run(['no-such-command'])\nexcept FileNotFoundError as error: seen(error.filename)"
        )

    def test_a_child_that_was_forked_records_nothing(self) -> None:
        self.same(
            "import os, time\nsnapshot()\nr, w = os.pipe()\npid = os.fork()\n"
            "if pid == 0:\n    os.write(w, str(time.time() > 0).encode()); os._exit(0)\n"
            "seen(1); os.close(w); snapshot(); seen(os.read(r, 9).decode()); seen(os.waitpid(pid, 0)[1])"
        )


class Databases(ReplayingCase):
    PROGRAM = (
        "import sqlite3\nsnapshot()\nc = sqlite3.connect(folder + '/d'); seen(0); c.execute('create table t(x)'); seen(1)\n"
        "for i in range(3):\n    c.execute('insert into t values(?)', (i,)); seen(i)\n"
        "c.commit(); seen(2); rows = c.cursor().execute('select x from t'); seen(3); seen(next(rows)); snapshot(); seen(list(rows)); c.close(); seen(4)"
    )

    def test_in_a_file_each_statement_is_done_once(self) -> None:
        for before in ("", "import sqlite3"):
            with self.subTest(before), tempfile.TemporaryDirectory() as self.folder:
                told = self.same(self.PROGRAM, before)

                self.assertEqual({kind for kind, _ in told.effects}, {"database"})
                self.assertEqual(sorted(one.name for one in Path(self.folder).iterdir()), ["d"])
                with sqlite3.connect(self.folder + "/d") as connection:
                    self.assertEqual(connection.execute("select count(*) from t").fetchone(), (3,))

    def test_in_memory_it_is_part_of_the_program(self) -> None:
        told = self.same(
            "import sqlite3\nc = sqlite3.connect(':memory:'); c.execute('create table t(x)')\nsnapshot()\n"
            "for i in range(3):\n    c.execute('insert into t values(?)', (i,)); seen(c.execute('select x from t').fetchall()); snapshot()"
        )

        self.assertEqual(told.effects, [])


class Edges(ReplayingCase):
    def test_looks_record_nothing_and_change_nothing_outside(self) -> None:
        told = self.same(
            "import time, os\nfrom pathlib import Path\nclass Shown:\n    def __repr__(self): return f'{time.time()}{os.stat(folder).st_mtime}'\n"
            "shown = Shown()\nsnapshot()\nseen(time.time())\n"
            "with world.aside():\n    text = repr(shown)\n"
            "    try: Path(folder, 'f').write_text('x')\n    except PermissionError as error: text = str(error)\n"
            "    try: os.system('echo x >> ' + folder + '/g')\n    except PermissionError as error: text += str(error)\n"
            "seen(time.time()); snapshot(); seen(time.time())"
        )

        self.assertEqual(self.files(), {"f": "x", "g": "x\n"})
        self.assertEqual(told.effects, [])

    def test_a_branch_acts_and_records_again(self) -> None:
        told = play(
            "import time, os\nsnapshot()\nseen(time.time())\nt = time.time(); world.promote(); u = time.time()\n"
            "seen([u > t, world.position > 0]); open(folder + '/f', 'a').write('x'); os.mkdir(folder + '/' + str(os.getpid())); seen(1)",
            folder=self.folder,
        )

        self.assertEqual([one.seen[1:] for one in told.replays[:2]], [[[True, True], 1]] * 2)
        self.assertEqual(self.files(), {"f": "xxx"})
        self.assertEqual(len([one for one in Path(self.folder).iterdir() if one.is_dir()]), 3)

    def test_a_log_that_is_full_is_told_and_the_program_goes_on(self) -> None:
        told = play(
            "import time\nsnapshot()\nworld.begin(lambda: 0, lambda *_: None, lambda *_: None, log_bytes=4096)\n"
            "for i in range(1000): time.time()\nseen(world.warnings)"
        )

        self.assertIn("full", told.seen[0][0])

    def test_a_replay_that_is_past_the_recorded_end_says_so(self) -> None:
        told = play(
            "import time, ctypes, os\nsnapshot()\nt = time.time(); seen(0)\nif ctypes.CDLL(None).getpid() != os.getpid(): time.time()\nseen(1)"
        )

        self.assertEqual(told.replays[0].seen, [0])
        self.assertIn("time.time was not called again", told.replays[0].diverged)

    def test_threads_of_a_program_go_on_unrecorded(self) -> None:
        told = play(
            "import threading, time\nsnapshot()\ngot = []\n"
            "def work():\n    for _ in range(100): got.append(time.time())\n"
            "t = threading.Thread(target=work); t.start(); t.join(); seen(len(got)); seen(time.time()); snapshot(); seen(time.time())"
        )

        for replay in told.replays:
            self.assertTrue(replay.is_true or replay.diverged, replay)

    def test_printed_tracebacks_have_no_frames_of_ours(self) -> None:
        told = self.same(
            "import os, socket, subprocess, traceback, logging, io\nfrom pathlib import Path\nlogged = io.StringIO(); logging.basicConfig(stream=logged)\n"
            "snapshot()\n"
            "for call in (lambda: os.stat('/no'), lambda: Path('/no').open(), lambda: socket.socket().recv(1), lambda: os.read(999, 1)):\n"
            "    try: call()\n    except OSError: seen(traceback.format_exc()); logging.exception('x')\nseen(logged.getvalue())"
        )

        for printed in told.seen:
            self.assertIn("<program>", printed)
            self.assertNotIn("hindsight_worker", printed)

    def test_exceptions_come_again_as_they_were(self) -> None:
        self.same(
            "import os, socket\nsnapshot()\n"
            "for call in (lambda: os.stat(folder + '/no'), lambda: os.listdir(folder + '/no'), lambda: os.read(999, 1), lambda: socket.gethostbyname('no.invalid')):\n"
            "    try: call()\n    except OSError as error: seen([type(error).__name__, error.args, str(error), error.filename])\n"
            "try: os.stat('\\0')\nexcept ValueError as error: seen(str(error))"
        )


if __name__ == "__main__":
    unittest.main()
