"""Shared memory, buffers, databases, locks, temporary folders and devices, when a session goes back."""

import unittest

from timelines import TimelineCase, play


class Writers(TimelineCase):
    """Hazards 7 and 21."""

    def test_what_was_buffered_is_written_once(self) -> None:
        told = play(
            "f = open(folder + '/f', 'w'); f.write('before\\n'); b = open(folder + '/b', 'ab'); b.write(b'before\\n')\n"
            "kept = [f, b]; [kept.append([]) for _ in range(100000)]",
            "f.write('live\\n'); f.close(); b.write(b'live\\n'); b.close()",
            "f.write('restored\\n'); f.close(); b.write(b'restored\\n'); b.close()\n"
            "seen['f'] = open(folder + '/f').read().split(); seen['b'] = open(folder + '/b').read().split()",
            folder=self.folder,
        )

        self.assertEqual(told.restored["b"], ["before", "live", "restored"])
        self.assertEqual(told.restored["f"], ["before", "restored"])

    def test_a_writer_is_found_again_though_it_has_become_old(self) -> None:
        told = play(
            "import gc; from hindsight_worker import world\nf = open(folder + '/f', 'w'); f.write('one'); world.before()\n"
            "gc.collect(); f.write(' two'); seen['x'] = 1",
            "seen['file'] = open(folder + '/f').read()",
            folder=self.folder,
        )

        self.assertEqual(told.live, {"file": "one two"})

    def test_another_file_on_the_same_descriptor_is_found_as_well(self) -> None:
        told = play(
            "from hindsight_worker import world\nf = open(folder + '/f', 'w'); n = f.fileno(); world.before(); f.close()\n"
            "g = open(folder + '/g', 'w'); assert g.fileno() == n; g.write('here')",
            "seen['file'] = open(folder + '/g').read()",
            folder=self.folder,
        )

        self.assertEqual(told.live, {"file": "here"})

    def test_a_full_disk_is_told_and_stops_nothing(self) -> None:
        told = play("f = open('/dev/full', 'w'); g = open(folder + '/g', 'w'); import os; os.dup2(f.fileno(), g.fileno()); g.write('x')",
            "seen['here'] = True", "seen['here'] = True", folder=self.folder)

        self.assertEqual((told.live, told.restored), ({"here": True}, {"here": True}))

    def test_a_log_file_gets_the_lines_of_both(self) -> None:
        told = play(
            "import logging; logging.basicConfig(filename=folder + '/log', format='%(message)s', level=20); logging.info('before')",
            "logging.info('live')",
            "logging.info('restored'); seen['log'] = open(folder + '/log').read().split()",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"log": ["before", "live", "restored"]})


class Shared(TimelineCase):
    """Hazard 17."""

    def test_values_of_multiprocessing_come_back_and_are_shared_with_new_children(self) -> None:
        told = play(
            "import multiprocessing as m; c = m.get_context('fork'); value = c.Value('i', 1); array = c.Array('d', [1.0, 2.0])\n"
            "def change(): value.value += 10; array[0] = 9.0",
            "value.value = 2; array[1] = 5.0; seen['value'] = value.value",
            "seen['value'] = [value.value, array[:]]; p = c.Process(target=change); p.start(); p.join(20)\n"
            "seen['then'] = [value.value, array[:]]",
        )

        self.assertEqual(told.restored, {"value": [1, [1.0, 2.0]], "then": [11, [9.0, 2.0]]})
        self.assertEqual(told.warnings, [])

    def test_a_lock_of_multiprocessing_that_was_free_is_free(self) -> None:
        told = play(
            "import multiprocessing as m; lock = m.get_context('fork').Lock(); other = m.get_context('fork').Lock(); other.acquire()",
            "lock.acquire(); other.release()",
            "seen['free'] = [lock.acquire(timeout=5), other.acquire(block=False)]",
        )

        self.assertEqual(told.restored, {"free": [True, False]})

    def test_two_of_one_state_do_not_share_either(self) -> None:
        told = play(
            "import mmap; m = mmap.mmap(-1, 10000); m[:3] = b'one'; big = mmap.mmap(-1, 1 << 20); big[-1:] = b'x'",
            "m[:3] = b'two'; big[-1:] = b'y'",
            "again(); seen['m'] = [m[:3].decode(), big[-1:].decode()]; m[:3] = b'six'",
        )

        self.assertEqual(told.restored, {"m": ["one", "x"]})

    def test_shared_memory_with_a_name_comes_back_and_is_named(self) -> None:
        told = play(
            "from multiprocessing.shared_memory import SharedMemory\nm = SharedMemory(create=True, size=100); m.buf[:3] = b'one'",
            "m.buf[:3] = b'two'",
            "seen['m'] = bytes(m.buf[:3]).decode(); m.unlink()",
        )

        self.assertEqual(told.restored, {"m": "one"})
        self.assertTrue(told.warning("shared-memory")["name"].startswith("/dev/shm/psm_"), told.warnings)

    def test_what_is_too_large_is_shared_and_said_so(self) -> None:
        told = play("import mmap; m = mmap.mmap(-1, 80 << 20); m[:1] = b'1'", "m[:1] = b'2'", "seen['m'] = m[:1].decode()")

        self.assertEqual(told.restored, {"m": "2"})
        self.assertRegex(told.warning("shared-memory")["message"], "^80 MB .* not part of the state")

    def test_a_file_that_is_mapped_is_a_file(self) -> None:
        told = play(
            "import mmap; f = open(folder + '/f', 'wb+'); f.write(b'one'); f.flush(); m = mmap.mmap(f.fileno(), 3)",
            "m[:] = b'two'",
            "seen['m'] = m[:].decode()",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"m": "two"})
        self.assertTrue(any("mapped for writing" in one["message"] for one in told.warnings), told.warnings)


    def test_what_the_kernel_answers_is_what_it_lists(self) -> None:
        told = play(
            "import mmap, multiprocessing as m, os; from hindsight_worker.world import mappings\n"
            "kept = [mmap.mmap(-1, 5000), m.Value('i', 1), m.Lock(), mmap.mmap(-1, 5000, prot=mmap.PROT_READ)]\n"
            "f = open(folder + '/a b (deleted)', 'wb+'); f.write(b'x'); f.flush(); kept.append(mmap.mmap(f.fileno(), 1))\n"
            "d = os.open('/proc/self/maps', 0); listed = mappings._listed(d)\n"
            "try: asked = mappings._asked(d)\nexcept OSError: asked = listed",
            "seen['same'] = asked == listed; seen['count'] = len(listed)",
            folder=self.folder,
        )

        self.assertTrue(told.live["same"])
        self.assertGreaterEqual(told.live["count"], 4)


class Databases(TimelineCase):
    """Hazard 18."""

    def test_one_in_memory_is_part_of_the_state_even_in_a_transaction(self) -> None:
        told = play(
            "import sqlite3; d = sqlite3.connect(':memory:'); d.execute('create table t (n)'); d.commit(); d.execute('insert into t values (1)')",
            "d.execute('insert into t values (2)'); d.commit()",
            "d.commit(); seen['rows'] = d.execute('select n from t').fetchall()",
        )

        self.assertEqual(told.restored, {"rows": [[1]]})
        self.assertEqual(told.warnings, [])

    def test_one_in_a_file_goes_on_without_the_session_and_is_named(self) -> None:
        told = play(
            "import sqlite3; d = sqlite3.connect(folder + '/d.db'); d.execute('create table t (n)'); d.execute('insert into t values (1)'); d.commit()",
            "d.execute('insert into t values (2)'); d.commit()",
            "d.execute('insert into t values (3)'); d.commit(); seen['rows'] = [n for n, in d.execute('select n from t')]",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"rows": [1, 2, 3]})
        self.assertEqual([(one["kind"], one["name"]) for one in told.warnings], [("database", self.folder + "/d.db")])
        self.assertIn("not taken back", told.warnings[0]["message"])

    def test_an_open_transaction_is_named(self) -> None:
        for mode in ("delete", "wal"):
            with self.subTest(mode):
                told = play(
                    f"import sqlite3; d = sqlite3.connect(folder + '/{mode}.db'); d.execute('pragma journal_mode={mode}')\n"
                    "d.execute('create table t (n)'); d.commit(); d.execute('insert into t values (1)')",
                    folder=self.folder,
                )

                self.assertEqual([one["kind"] for one in told.warnings], ["database"])
                self.assertIn("transaction is open", told.warnings[0]["message"])


class Locks(TimelineCase):
    """Hazard 19."""

    TAKE = "import fcntl, os; f = open(folder + '/f', 'w'); g = open(folder + '/g', 'w')\n"
    PROBE = (
        "def taken(name):\n    import subprocess, sys\n"
        "    return bool(subprocess.run([sys.executable, '-c', f'import fcntl; f = open({folder + name!r}, \"r+\");'\n"
        "        'fcntl.lockf(f, 6) if f.name.endswith(\"/g\") else fcntl.flock(f, 6)'], stderr=subprocess.DEVNULL).returncode)\n"
    )

    def test_a_frozen_process_holds_none(self) -> None:
        told = play(
            self.TAKE + self.PROBE + "fcntl.flock(f, fcntl.LOCK_EX); fcntl.lockf(g, fcntl.LOCK_EX)",
            "seen['held'] = [taken('/f'), taken('/g')]; f.close(); g.close(); seen['then'] = [taken('/f'), taken('/g')]",
            "seen['held'] = [taken('/f'), taken('/g')]",
            folder=self.folder,
        )

        self.assertEqual(told.live, {"held": [True, True], "then": [False, False]})
        self.assertEqual((told.restored, told.problems), ({"held": [True, True]}, []))
        self.assertEqual([one["name"] for one in told.warnings if one["kind"] == "lock"], [self.folder + "/f", self.folder + "/g"])

    def test_one_that_another_holds_is_told(self) -> None:
        told = play(
            self.TAKE + "fcntl.flock(f, fcntl.LOCK_EX); fcntl.lockf(g, fcntl.LOCK_EX, 4, 2)",
            "",
            "seen['here'] = True",
            folder=self.folder,
        )

        self.assertEqual([(one["kind"], one["name"]) for one in told.problems], [("lock", self.folder + "/f"), ("lock", self.folder + "/g")])
        self.assertIn("another process holds it", told.problems[0]["message"])

    def test_a_part_of_a_file_that_is_locked_for_reading_is_locked_again(self) -> None:
        told = play(
            self.TAKE + "h = open(folder + '/g', 'r+'); fcntl.lockf(h, fcntl.LOCK_SH, 4, 2)",
            "h.close()",
            "import subprocess, sys\nprobe = 'import fcntl; f = open(%r, \"r+\"); fcntl.lockf(f, %d, %d, %d)'\n"
            "ok = lambda *how: subprocess.run([sys.executable, '-c', probe % (folder + '/g', *how)], stderr=-3).returncode == 0\n"
            "seen['ok'] = [ok(5, 4, 2), ok(6, 1, 5), ok(6, 2, 0), ok(6, 2, 6)]",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"ok": [True, False, True, True]})


class Others(TimelineCase):
    """Hazards 8, 20, 24 and 25."""

    def test_a_temporary_folder_is_named_and_not_removed_at_the_end_of_a_timeline_that_has_not_made_it(self) -> None:
        told = play(
            "import tempfile; t = tempfile.TemporaryDirectory(dir=folder)",
            "import os; seen['there'] = os.path.isdir(t.name)",
            "import atexit, os; atexit._run_exitfuncs(); seen['there'] = os.path.isdir(t.name); t.cleanup(); seen['then'] = os.path.isdir(t.name)",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"there": True, "then": False})
        self.assertIn("does not bring it back", told.warning("file")["message"])

    def test_a_gpu_in_use_is_named(self) -> None:
        """No GPU is lent to tests: what is loaded says that it is in use, as torch and cupy do."""
        for name, body in (
            ("torch", "cuda = types.SimpleNamespace(is_initialized=lambda: True)"),
            ("cupy", "get_default_memory_pool = lambda: types.SimpleNamespace(total_bytes=lambda: 512)"),
        ):
            with self.subTest(name):
                told = play(f"import sys, types; m = types.ModuleType('{name}'); exec('{body}', {{'types': types}}, vars(m)); sys.modules['{name}'] = m")
                self.assertIn(f"GPU is in use ({name})", told.warning("gpu")["message"])

    def test_windows_are_named(self) -> None:
        """No display is lent to tests either."""
        tkinter = play("import sys, types; sys.modules['tkinter'] = types.SimpleNamespace(_default_root=object())")
        qt = play(
            "import sys, types; sys.modules['PySide6'] = 1; core = types.SimpleNamespace(instance=lambda: object())\n"
            "sys.modules['PySide6.QtCore'] = types.SimpleNamespace(QCoreApplication=core)"
        )

        self.assertEqual((tkinter.warning("gui")["name"], qt.warning("gui")["name"]), ("tkinter", "PySide6"))

    def test_idle_libraries_are_not_named(self) -> None:
        told = play(
            "import sys, types; sys.modules['tkinter'] = types.SimpleNamespace(_default_root=None); sys.modules['PySide6'] = 1\n"
            "sys.modules['torch'] = types.SimpleNamespace(cuda=types.SimpleNamespace(is_initialized=lambda: False)); sys.modules['cupy'] = 1"
        )

        self.assertEqual(told.warnings, [])

    def test_tracers_stay_as_they_were(self) -> None:
        told = play(
            "import sys; lines = []\ndef trace(frame, event, argument): lines.append(event); return trace\n"
            "def work():\n    a = 1\n    return a\n"
            "sys.setprofile(lambda *_: None)\nsys.settrace(trace)",
            "sys.settrace(None); sys.setprofile(None)",
            "seen['kept'] = [sys.gettrace() is trace, sys.getprofile() is not None]; lines.clear(); work()\n"
            "sys.settrace(None); sys.setprofile(None); seen['lines'] = lines",
        )

        self.assertEqual(told.restored["kept"], [True, True])
        self.assertEqual(told.restored["lines"][:4], ["call", "line", "line", "return"])

    def test_macos_is_named_as_what_it_is(self) -> None:
        told = play("import sys; sys.platform = 'darwin'")

        self.assertEqual((told.kinds(), told.warnings[0]["name"]), (["platform"], "macOS"))

    def test_a_part_that_fails_is_told_and_stops_no_other(self) -> None:
        told = play(
            "import tempfile; t = tempfile.TemporaryDirectory(dir=folder); tempfile.TemporaryDirectory._cleanup = None",
            "",
            "seen['here'] = True",
            folder=self.folder,
        )

        self.assertEqual((told.kinds(), told.restored), (["other"], {"here": True}))
        self.assertIn("temporary folders", told.warnings[0]["message"])


if __name__ == "__main__":
    unittest.main()
