"""Files of a recorded program: a replay reads what was there then, and what it writes stays its own."""

import os
import tempfile
import unittest
from pathlib import Path

from replaying import ReplayingCase, play

ONCE = "\ndef read(name):\n    with open(folder + '/' + name) as f: return f.read()\n"


class Reading(ReplayingCase):
    def test_a_file_that_is_written_later_is_read_as_it_was(self) -> None:
        (Path(self.folder) / "f").write_text("old")

        self.same(
            ONCE + "snapshot()\nseen(read('f')); open(folder + '/f', 'w').write('new'); seen(read('f')); snapshot()\n"
            "seen(read('f')); open(folder + '/f', 'a').write('er'); seen(read('f')); snapshot(); seen(read('f'))\n"
            "open(folder + '/f', 'r+').write('N'); seen(read('f'))"
        )

        self.assertEqual(self.files(), {"f": "Newer"})

    def test_a_file_that_is_made_later_was_not_there(self) -> None:
        told = self.same(
            ONCE + "import os, pathlib\nsnapshot()\nhere = pathlib.Path(folder)\n"
            "def there(): return [os.path.exists(folder + '/f'), (here / 'f').is_file(), sorted(os.listdir(folder)), [e.name for e in os.scandir(folder)]]\n"
            "seen(there())\ntry: read('f')\nexcept FileNotFoundError as error: seen([error.errno, error.filename == folder + '/f'])\n"
            "(here / 'f').write_text('x'); seen(there()); seen(os.stat(folder + '/f').st_size); snapshot(); seen(read('f'))"
        )

        self.assertEqual(told.seen[0], [False, False, [], []])
        self.assertEqual(told.seen[1], [2, True])

    def test_a_file_that_is_removed_or_moved_later_was_there(self) -> None:
        for name in "abc":
            (Path(self.folder) / name).write_text(name * 3)

        told = self.same(
            ONCE + "import os\nsnapshot()\nseen([read(n) for n in 'abc'])\nos.remove(folder + '/a'); seen(1); seen(read('b'))\n"
            "os.replace(folder + '/b', folder + '/c'); seen(2); seen(read('c')); os.rename(folder + '/c', folder + '/d'); seen(3)"
        )

        self.assertEqual([kind for kind, _ in told.effects], ["file-deleted", "file-moved", "file-moved"])
        self.assertEqual(self.files(), {"d": "bbb"})

    def test_one_that_is_too_large_to_be_kept_is_told_of_and_not_read(self) -> None:
        told = play(
            "snapshot()\nseen(len(open(folder + '/f', 'rb').read(10)))\nopen(folder + '/f', 'w').write('new'); seen(2)",
            before=f"open({self.folder!r} + '/f', 'wb').truncate(20 << 20)",
            folder=self.folder,
        )

        self.assertIn("too large", told.warnings[0])
        self.assertIn("changed since", told.replays[0].diverged)
        self.assertEqual(told.replays[0].seen, [])

    def test_many_changes_between_two_snapshots_are_kept_once(self) -> None:
        (Path(self.folder) / "f").write_text("x" * 1000)

        told = self.same(
            ONCE + "snapshot()\nfor i in range(300): open(folder + '/f', 'w').write(str(i))\nseen(read('f')); snapshot(); seen(read('f'))"
        )

        self.assertLess(told.position, 50)


class Writing(ReplayingCase):
    def test_what_is_open_goes_on_in_a_copy(self) -> None:
        self.same(
            ONCE + "f = open(folder + '/f', 'w'); f.write('one\\n'); f.flush(); b = open(folder + '/b', 'ab+', 0)\nsnapshot()\n"
            "f.write('two\\n'); f.flush(); seen(read('f')); b.write(b'x'); b.seek(0); seen(b.read().decode()); snapshot()\n"
            "f.write('three'); seen(f.tell()); f.close(); seen(read('f')); b.write(b'y'); b.seek(0); seen(b.read().decode()); b.close()\n"
            "f = open(folder + '/f', 'r+'); f.seek(4); f.write('TWO'); f.close(); seen(read('f')); snapshot(); seen(read('b'))",
            times=3,
        )

        self.assertEqual(self.files(), {"b": "xy", "f": "one\nTWO\nthree"})

    def test_a_file_is_made_written_and_read_again_in_every_way(self) -> None:
        self.same(
            "import os, io, pathlib, tempfile, json, csv, gzip, shutil\nsnapshot()\np = pathlib.Path(folder)\n"
            "(p / 'a').write_text('a'); seen((p / 'a').read_text())\n"
            "n = os.open(folder + '/b', os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600); os.write(n, b'bb'); os.lseek(n, 0, 0); seen(os.read(n, 9).decode()); os.close(n)\n"
            "for mode in ('x', 'w', 'a'):\n"
            "    try:\n        with open(p / 'b', mode) as f: f.write(mode)\n"
            "    except FileExistsError as error: seen(error.errno)\n"
            "json.dump([1], open(p / 'j', 'w')); seen(json.load(open(p / 'j')))\n"
            "gzip.open(p / 'z', 'wt').write('zip'); seen(gzip.open(p / 'z', 'rt').read()); shutil.copyfile(p / 'b', p / 'c'); seen((p / 'c').read_text())\n"
            "snapshot(); seen(io.open(p / 'b').read()); seen(sorted(os.listdir(p)))\n"
            "try: open(p / 'no' / 'such', 'w')\nexcept FileNotFoundError as error: seen(error.errno)\n"
            "try: open(p, 'w')\nexcept IsADirectoryError as error: seen(error.errno)"
        )

        self.assertEqual({**self.files(), "z": ""}, {"a": "a", "b": "wa", "c": "wa", "j": "[1]", "z": ""})

    def test_temporary_files_and_folders(self) -> None:
        before = set(os.listdir(tempfile.gettempdir()))

        self.same(
            "import tempfile, os\nsnapshot()\n"
            "with tempfile.TemporaryFile() as f: f.write(b'1'); f.seek(0); seen(f.read().decode())\n"
            "with tempfile.NamedTemporaryFile('w+') as f:\n    f.write('22'); f.flush(); seen([open(f.name).read(), os.path.exists(f.name)]); snapshot(); seen(f.name)\n"
            "seen(os.path.exists(f.name))\n"
            "with tempfile.TemporaryDirectory() as d:\n    seen(d); open(d + '/x', 'w').write('x'); snapshot(); seen([os.listdir(d), open(d + '/x').read()])\n"
            "seen(os.path.exists(d))\nf = tempfile.mkstemp(); os.write(f[0], b'z'); snapshot(); seen(open(f[1]).read()); os.remove(f[1])"
        )

        left = {name for name in set(os.listdir(tempfile.gettempdir())) - before if Path(tempfile.gettempdir(), name).is_file()}
        self.assertEqual({name for name in left if name.startswith("tmp")}, set())

    def test_two_replays_of_one_snapshot_do_not_see_one_another(self) -> None:
        self.same(
            "f = open(folder + '/f', 'w+'); f.write('abc')\nsnapshot()\nf.seek(0, 2); f.write('d'); f.flush(); f.seek(0); seen(f.read())", times=4
        )

        self.assertEqual(self.files(), {"f": "abcd"})

    def test_a_file_that_is_mapped_into_memory(self) -> None:
        self.same(
            "import mmap\nf = open(folder + '/m', 'wb+'); f.write(bytes([65]) * 5000); f.flush(); m = mmap.mmap(f.fileno(), 0)\nsnapshot()\n"
            "m[0] += 1; seen(m[:2].decode()); snapshot(); m[0] += 1; m[4999] += 1; m.flush(); seen(m[:2].decode() + m[4998:].decode())"
        )

        self.assertEqual(self.files()["m"], "C" + "A" * 4998 + "B")

    def test_a_log_of_many_lines(self) -> None:
        told = self.same(
            "import logging\nlogging.basicConfig(filename=folder + '/log', level=20, format='%(asctime)s %(message)s')\n"
            "snapshot()\nfor i in range(500): logging.info('line %d', i)\nsnapshot()\nseen(open(folder + '/log').read()[-200:])"
        )

        self.assertEqual(self.files()["log"].count("\n"), 500)
        self.assertEqual(told.effects, [])


class Changing(ReplayingCase):
    CHANGES = (
        "os.remove(folder + '/old')", "os.rename(folder + '/old', folder + '/new')", "os.mkdir(folder + '/d')", "os.truncate(folder + '/old', 1)",
        "os.chmod(folder + '/old', 0o600)", "os.symlink('a', folder + '/l')", "os.link(folder + '/old', folder + '/h')",
        "os.utime(folder + '/old')", "shutil.rmtree(folder + '/tree')", "shutil.move(folder + '/old', folder + '/tree/new')",
        "os.system('echo x >> ' + folder + '/s')", "subprocess.run(['touch', folder + '/t'])", "os.kill(os.getppid(), 0)",
        "pathlib.Path(folder, 'old').unlink()", "os.makedirs(folder + '/x/y/z')", "os.posix_spawn('/bin/true', ['true'], {})",
    )  # fmt: skip

    def test_each_is_done_once_and_refused_in_a_replay(self) -> None:
        for change in self.CHANGES:
            with self.subTest(change), tempfile.TemporaryDirectory() as folder:
                Path(folder, "old").write_text("old")
                Path(folder, "tree", "inner").mkdir(parents=True)

                told = play(
                    f"import os, shutil, subprocess, pathlib\nsnapshot()\nseen(0)\n{change}\nseen(1)", folder=folder, times=3
                )

                self.assertEqual([len(told.effects) > 0, told.seen], [True, [0, 1]])
                for replay in told.replays[:3]:
                    self.assertTrue(replay.is_true and "would happen again" in replay.effect, replay)
                if "echo" in change:
                    self.assertEqual(Path(folder, "s").read_text(), "x\n")

    def test_what_failed_fails_again_though_it_would_not_now(self) -> None:
        self.same(
            "import os\nsnapshot()\n"
            "for call in (lambda: os.remove(folder + '/f'), lambda: os.rename(folder + '/f', folder + '/g'), lambda: os.mkdir(folder), lambda: os.rmdir(folder + '/d')):\n"
            "    try: call()\n    except OSError as error: seen([error.errno, str(error)])\n"
            "open(folder + '/f', 'w').close(); os.makedirs(folder, exist_ok=True); seen(1); os.mkdir(folder + '/d'); seen(2)"
        )

        self.assertEqual(sorted(os.listdir(self.folder)), ["d", "f"])


if __name__ == "__main__":
    unittest.main()
