"""What an evaluation did outside of its session, as its outcome lists it; and what is not worth a word."""

import os
import sqlite3
import tempfile
import unittest
from typing import Any

from worker_case import WorkerCase


class Effects(WorkerCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def effects(self, code: str) -> list[dict[str, Any]]:
        """Of `code`, in which `here` is a folder of the test's own; paths are told from there."""
        outcome = self.runtime.eval(f"here = {self.folder!r}; import os, sys")
        self.assertNotIn("effects", outcome)
        outcome = self.runtime.eval(code)
        self.assertIn(outcome["kind"], ("result", "error"))
        found: list[dict[str, Any]] = outcome.get("effects", [])
        return [{**one, "target": one["target"].replace(self.folder, "~")} for one in found]

    def test_files_that_are_written_in_whatever_way(self) -> None:
        found = self.effects(
            "open(here + '/a', 'w').close()\nfor _ in range(3): open(here + '/b', 'ab').close()\n"
            "os.chdir(here); os.close(os.open('c', os.O_RDWR | os.O_CREAT)); os.truncate('a', 1); open('a').read(); os.chdir('/')"
        )

        self.assertEqual(
            found,
            [
                {"kind": "file-written", "target": "~/a", "count": 2},
                {"kind": "file-written", "target": "~/b", "count": 3},
                {"kind": "file-written", "target": "~/c"},
            ],
        )

    def test_files_that_are_moved_and_deleted(self) -> None:
        for name in "abc":
            open(f"{self.folder}/{name}", "w").close()

        found = self.effects("import shutil\nos.rename(here + '/a', here + '/z'); shutil.move(here + '/b', here + '/y'); os.remove(here + '/c')")

        self.assertEqual(
            found,
            [
                {"kind": "file-moved", "target": "~/a → ~/z"},
                {"kind": "file-moved", "target": "~/b → ~/y"},
                {"kind": "file-deleted", "target": "~/c"},
            ],
        )

    def test_folders_and_a_tree_that_is_removed_as_one(self) -> None:
        os.makedirs(f"{self.folder}/tree/inner")
        for number in range(5):
            open(f"{self.folder}/tree/inner/{number}", "w").close()

        found = self.effects("import shutil\nos.makedirs(here + '/x/y'); os.makedirs(here + '/x', exist_ok=True); shutil.rmtree(here + '/tree')")

        self.assertEqual(
            found,
            [
                {"kind": "folder", "target": "~/x"},
                {"kind": "folder", "target": "~/x/y"},
                {"kind": "file-deleted", "target": "~/tree/"},
            ],
        )

    def test_what_is_gone_at_the_end_was_no_effect(self) -> None:
        found = self.effects(
            "import tempfile\nwith tempfile.TemporaryDirectory() as t: open(t + '/x', 'w').close()\n"
            "with tempfile.NamedTemporaryFile() as f: f.write(b'x')\nwith tempfile.TemporaryFile() as f: f.write(b'x')\n"
            "try: open(here + '/no/such', 'w')\nexcept OSError: pass\ntry: os.remove(here + '/none')\nexcept OSError: pass"
        )

        self.assertEqual(found, [])

    def test_a_file_that_is_written_aside_and_put_in_place_is_written(self) -> None:
        found = self.effects("open(here + '/new.tmp', 'w').close(); os.replace(here + '/new.tmp', here + '/new')")

        self.assertEqual(found, [{"kind": "file-written", "target": "~/new"}])

    def test_programs_that_are_started(self) -> None:
        found = self.effects(
            "import subprocess\nsubprocess.run(['true', 'one', 'two']); subprocess.run('true  x', shell=True); os.system('true y')\n"
            "subprocess.run(['/bin/true'], close_fds=False); os.waitpid(os.posix_spawn('/bin/true', ['true', 'z'], {}), 0)\n"
            "p = os.fork()\nif p == 0: os._exit(0)\nos.waitpid(p, 0)"
        )

        targets = ["true one two", "true x", "true y", "/bin/true", "true z", "a copy of this one (fork)"]
        self.assertEqual(found, [{"kind": "process", "target": target} for target in targets])

    def test_connections_by_the_name_that_was_asked_for(self) -> None:
        found = self.effects(
            "import socket, urllib.request\nserver = socket.create_server(('127.0.0.1', 0)); port = server.getsockname()[1]\n"
            "socket.create_connection(('localhost', port)).close()\nu = socket.socket(type=socket.SOCK_DGRAM)\n"
            "for _ in range(2): u.sendto(b'x', ('127.0.0.2', port))\nu.close(); server.close()\n"
            "try: urllib.request.urlopen(f'http://me:secret@127.0.0.1:{port}/path?token=1', timeout=5)\nexcept OSError: pass"
        )

        port = self.runtime.eval("port")["value"]
        self.assertEqual([one["kind"] for one in found], ["request"] * 3)
        self.assertEqual(found[0]["target"], f"localhost:{port}")
        self.assertEqual(found[1]["count"], 2)
        self.assertEqual(found[2]["target"], f"http://127.0.0.1:{port}/path")

    def test_databases_in_files(self) -> None:
        found = self.effects(
            "import sqlite3\nfor name in (':memory:', '', here + '/d.db'): sqlite3.connect(name).close()\n"
            "sqlite3.connect('file:m?mode=memory', uri=True).close(); sqlite3.connect(f'file:{here}/d.db?mode=rwc', uri=True).close()"
        )

        self.assertEqual(found, [{"kind": "database", "target": "~/d.db", "count": 2}])
        self.assertTrue(sqlite3.sqlite_version)

    def test_caches_devices_and_reading_are_not_worth_a_word(self) -> None:
        with open(f"{self.folder}/helper.py", "w") as file:
            file.write("x = 1\n")

        found = self.effects(
            "sys.dont_write_bytecode = False; sys.path.insert(0, here); import helper; assert os.path.isdir(here + '/__pycache__')\n"
            "open('/dev/null', 'w').close(); open(here + '/helper.py').close(); os.path.expanduser('~'); print('x'); sys.path.pop(0)"
        )

        self.assertEqual(found, [])

    def test_those_of_an_evaluation_that_fails_are_told_as_well(self) -> None:
        outcome = self.runtime.eval(f"open({self.folder!r} + '/a', 'w').close(); 1 / 0")

        self.assertEqual((outcome["kind"], len(outcome["effects"])), ("error", 1))

    def test_no_more_than_a_hundred_are_listed(self) -> None:
        found = self.effects("for i in range(250): open(f'{here}/{i:03}', 'w').close()")

        self.assertEqual(len(found), 100)
        self.assertEqual(found[98], {"kind": "file-written", "target": "~/098"})
        self.assertEqual(found[99], {"kind": "file-written", "target": "… and 151 more"})

    def test_what_other_threads_do_meanwhile_belongs_to_it(self) -> None:
        found = self.effects("import threading\nt = threading.Thread(target=lambda: open(here + '/a', 'w').close()); t.start(); t.join()")

        self.assertEqual(found, [{"kind": "file-written", "target": "~/a"}])

    def test_a_program_that_hands_in_nonsense_fails_as_it_would(self) -> None:
        for code in ("open(here + '/a\\0', 'w')", "os.remove(object())", "os.rename(here, 3)", "import sqlite3; sqlite3.connect(5)"):
            with self.subTest(code):
                self.assertEqual(self.effects(code), [])
                self.assertIn(self.runtime.eval(code)["exception_type"].rsplit(".")[-1], ("ValueError", "TypeError"))

    def test_an_evaluation_without_any_has_no_such_field(self) -> None:
        self.assertNotIn("effects", self.runtime.eval("1 + 1"))


if __name__ == "__main__":
    unittest.main()
