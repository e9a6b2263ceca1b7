"""What cannot be kept costs itself alone, with a reason in words; what is damaged is refused by name."""

import os
import signal
import sys
import threading
import time
import unittest

from durable_support import DurableCase, fresh_main
from hindsight_worker import durable
from worker_case import WorkerCase

_HOSTILE = """
import os, signal
class Raises:
    def __reduce__(self): raise ValueError('not me')
class Hangs:
    def __reduce__(self):
        while True:
            try:
                while True: pass
            except BaseException: continue
class HangsPlainly:
    def __reduce__(self):
        while True: pass
class Exits:
    def __reduce__(self): os._exit(3)
class Crashes:
    def __reduce__(self): os.kill(os.getpid(), signal.SIGSEGV)
class Stops:
    def __reduce__(self): os.kill(os.getpid(), signal.SIGSTOP)
class NotBack(Exception):
    def __init__(self, one, two): super().__init__('text')
class HangsBack:
    def __setstate__(self, state):
        while True: pass
    def __getstate__(self): return 1
class Endless:
    def __reduce__(self): return (Endless, (Endless(),))
class Liar:
    def __reduce__(self): return 3
class Loud:
    def __reduce__(self):
        print('loud'); os.write(1, b'loud'); import sys; sys.exit(5)
"""


class Lost(DurableCase):
    def check(self, code: str, reasons: dict[str, str], **options: float) -> dict[str, object]:
        loaded = self.round_trip(code + "\nkept = [1]", **options)
        self.assertEqual(set(self.lost()), set(reasons), self.lost())
        for name, reason in reasons.items():
            self.assertIn(reason, self.lost()[name])
            self.assertNotIn(name, loaded)
        self.assertEqual(loaded["kept"], [1])
        self.assertEqual([each["name"] for each in self.report["lost"]], [each["name"] for each in self.saved["report"]["lost"]])
        return loaded

    def test_what_lives_in_the_process_is_lost_in_words(self) -> None:
        self.check(
            "import threading, socket, sqlite3, subprocess, asyncio\ng = (n for n in [1])\nasync def f(): pass\nc = f(); c.close()\n"
            "t = threading.Thread(target=print)\ns = socket.socket(); s.close()\ndb = sqlite3.connect(':memory:')\n"
            "held = threading.Lock(); held.acquire()\nframe = __import__('sys')._getframe()",
            {
                "g": "a generator, which is in the middle of running",
                "c": "a coroutine",
                "t": "a thread",
                "s": "a network connection",
                "db": "a database connection",
                "held": "a lock that somebody holds",
                "frame": "a frame of running code",
            },
        )

    def test_where_in_a_variable_it_is_is_said(self) -> None:
        self.check(
            "class Job: pass\njob = Job(); job.work = (n for n in [1])\nplan = {'jobs': [1, [2, job.work]]}\n"
            "def make(g):\n  return lambda: g\ncloses = make(job.work)",
            {"job": "(at job.work)", "plan": "(at plan['jobs'][1][1])", "closes": "(at closes (its g))"},
        )

    def test_what_refers_to_something_lost_is_lost_with_it_and_nothing_else(self) -> None:
        self.check(
            _HOSTILE + "a = Raises(); b = [a]; shared = [1]; c = (shared, b); d = (shared, 2)",
            {
                "a": "ValueError: not me",
                "b": "it refers to a, which cannot be kept: ValueError: not me",
                "c": "it refers to a",
            },
        )
        self.assertEqual(self.load()["d"][0], [1])

    def test_user_code_that_raises_hangs_exits_or_crashes_costs_its_variable(self) -> None:
        self.check(
            _HOSTILE + "raises, hangs, exits, crashes = Raises(), Hangs(), Exits(), Crashes()\n"
            "endless, liar, loud = Endless(), Liar(), Loud()",
            {
                "raises": "ValueError: not me",
                "hangs": "took too long",
                "exits": "ended itself with exit code 3",
                "crashes": "was ended by SIGSEGV",
                "endless": "nested too deeply",
                "liar": "PicklingError",
                "loud": "SystemExit: 5",
            },
            deadline=0.5,
        )

    def test_a_process_that_no_signal_reaches_is_ended(self) -> None:
        self.check(_HOSTILE + "stops = Stops()", {"stops": "took too long"}, deadline=0.3)

    def test_what_could_not_be_read_back_is_lost_when_it_is_saved(self) -> None:
        self.check(
            _HOSTILE + "error = NotBack(1, 2); hangs = HangsBack()",
            {"error": "cannot be read back: TypeError", "hangs": "cannot be read back: it took too long"},
            deadline=0.5,
        )

    def test_what_refuses_to_come_back_is_tried_however_it_refuses(self) -> None:
        self.check(
            "class Base:\n  def __init_subclass__(cls, *, needed): pass\nclass Picky(Base, needed=1): pass\n"
            "class Hashed:\n  def __hash__(self): return hash(self.name)\n"
            "class Strict:\n  def __setattr__(self, name, value): raise TypeError('no')\n  __slots__ = ('a',)\n"
            "object.__setattr__(strict := Strict(), 'a', 1)\n"
            "picky = Picky(); hashed = Hashed(); hashed.name = 'n'; hashed.me = {hashed}",
            {
                "Picky": "cannot be read back: TypeError",
                "picky": "it refers to Picky",
                "hashed": "cannot be read back: AttributeError",
                "strict": "cannot be read back: TypeError: no",
            },
        )

    def test_of_what_is_lost_no_object_stays(self) -> None:
        """Its buffers were written while others were pickled; then it could not be read back."""
        self.run_code(
            "import pickle\ndef refuse(data): raise ValueError('no')\nclass Big:\n  def __reduce_ex__(self, version):\n"
            "    return refuse, (pickle.PickleBuffer(bytes(range(256)) * 1000),)\nbig = Big()\nkept = list(range(9_000))"
        )
        self.save()

        self.assertEqual(list(self.lost()), ["big"])
        self.assertEqual(self.files(), sorted(f"{name[:2]}/{name[2:]}" for name in self.saved["object_names"]))

    def test_too_deep_is_lost_and_not_a_crash(self) -> None:
        self.check("deep = []\nfor _ in range(1_000_000): deep = [deep]", {"deep": "nested too deeply"})

    def test_slow_but_moving_is_not_lost(self) -> None:
        self.round_trip(
            "import time\nclass Slow:\n  def __reduce__(self):\n    time.sleep(0.2)\n    return (bytes, (100_000,))\n"
            "slow = [Slow() for _ in range(6)]",
            deadline=0.7,
        )

        self.assertEqual(self.lost(), {})

    def test_much_data_is_not_taken_for_a_process_that_hangs(self) -> None:
        self.namespace["big"] = bytes(range(256)) * 1_000_000
        self.save(deadline=0.1)

        self.assertEqual(self.lost(), {})

    def test_saving_changes_nothing_in_this_process(self) -> None:
        self.run_code(_HOSTILE + "class Sticky:\n  def __reduce__(self):\n    global changed; changed = 1; return (list, ())\nx = [Sticky()]")
        before = (signal.getsignal(signal.SIGALRM), sys.getrecursionlimit(), threading.active_count(), sys.path[:])
        self.save()

        after = (signal.getsignal(signal.SIGALRM), sys.getrecursionlimit(), threading.active_count(), sys.path[:])
        self.assertEqual(after, before)
        self.assertNotIn("changed", self.namespace)

    def test_the_users_own_timer_goes_on_where_there_is_no_fork(self) -> None:
        rang = []
        signal.signal(signal.SIGALRM, lambda *_: rang.append(time.monotonic()))
        self.addCleanup(signal.signal, signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 0.4)
        self.run_code(_HOSTILE + "hangs = HangsPlainly(); raises = Raises(); kept = 1")
        self.save(throwaway=False, deadline=0.2)
        while not rang:
            signal.pause()

        self.assertEqual(set(self.lost()), {"hangs", "raises"})

    def test_a_variable_whose_name_is_no_text_does_no_harm(self) -> None:
        self.namespace[1] = 2  # type: ignore[index]
        self.namespace["a.b c\ud800"] = 3

        self.assertEqual(self.round_trip("x = 1")["a.b c\ud800"], 3)


class Damage(DurableCase):
    def setUp(self) -> None:
        super().setUp()
        self.run_code("import random\nbig = random.Random(1).randbytes(300_000)\nsmall = [1]\nother = list(range(100_000))")
        self.save()

    def test_a_changed_object_names_itself_and_its_variables(self) -> None:
        path = self.objects_of("big")[1]
        with open(path, "r+b") as file:
            file.seek(100)
            file.write(b"!")
        loaded = fresh_main()
        before = dict(loaded)

        with self.assertRaisesRegex(durable.CheckpointDamaged, "Object [0-9a-f]{64} is damaged.*it holds big"):
            durable.load(loaded, self.objects, self.saved["manifest"])
        self.assertEqual(loaded, before)

    def test_a_missing_object_is_found_before_anything_runs(self) -> None:
        os.unlink(self.objects_of("other")[-1])
        self.run_code("import os\nclass Runs:\n  def __reduce__(self): return (os.mkdir, ('ran',))")

        with self.assertRaisesRegex(durable.CheckpointDamaged, "is missing.*it holds other"):
            self.load()

    def test_another_checkpoint_of_the_same_folder_stays_usable(self) -> None:
        first = self.saved
        self.run_code("other.append(1); extra = 'x' * 100_000")
        self.save()
        for path in set(self.objects_of("extra")):
            os.unlink(path)

        self.assertRaises(durable.CheckpointDamaged, self.load)
        self.saved = first
        self.assertEqual(len(self.load()["other"]), 100_000)

    def test_a_newer_format_is_refused(self) -> None:
        for version in (2, None, "1"):
            self.saved["manifest"]["format"] = version
            with self.subTest(version=version), self.assertRaisesRegex(durable.CheckpointVersion, f"format {version}"):
                self.load()

    def test_a_manifest_that_is_none_is_an_answer_and_no_crash(self) -> None:
        for manifest in ({}, {"format": 1}, {**self.saved["manifest"], "groups": [{}]}):
            frame = {"n": 4, "objects": self.objects, "manifest": manifest}
            answer = durable.answer_load(fresh_main(), frame)
            with self.subTest(manifest=list(manifest)):
                self.assertEqual((answer["n"], answer["ok"]), (4, False))
                self.assertIn(answer["error"]["code"], ("checkpoint-damaged", "checkpoint-version"))

    def test_a_save_that_is_killed_leaves_the_old_one_whole(self) -> None:
        old = self.saved
        before = self.files()
        reader, writer = os.pipe()
        self.run_code("new = bytes(range(256)) * 40_000")
        pid = os.fork()
        if pid == 0:
            durable.save(self.namespace, self.objects, throwaway=False, progress=lambda d, t: (os.write(writer, b"."), signal.pause()))
        os.read(reader, 1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        os.close(writer)

        self.assertEqual([path for path in self.files() if not path.startswith("tmp-")], before)
        self.saved = old
        self.assertEqual(len(self.load()["big"]), 300_000)

    def test_other_files_in_the_folder_do_no_harm(self) -> None:
        with open(os.path.join(self.objects, "tmp-1234"), "w") as file:
            file.write("left over")
        self.save()
        self.assertEqual(self.saved["added_bytes"], 0)


class Again(DurableCase):
    def test_what_has_not_changed_is_not_written_again(self) -> None:
        self.run_code("import random\nbig = random.Random(2).randbytes(3_000_000)\nmany = {n: str(n) for n in range(50_000)}\nn = 0")
        first = self.save()
        self.run_code("n = 1")
        second = self.save()

        self.assertEqual(first["added_bytes"], first["total_bytes"])
        self.assertLess(second["added_bytes"], 3_000)
        self.assertEqual(self.load()["n"], 1)

    def test_the_bytes_that_are_told_are_those_on_disk(self) -> None:
        self.run_code("a = list(range(10_000)); b = 'x' * 100_000")
        answer = self.save()

        sizes = {name: os.stat(os.path.join(self.objects, name)).st_size for name in self.files()}
        self.assertEqual({name.replace(os.sep, "") for name in sizes}, set(answer["object_names"]))
        self.assertEqual(answer["total_bytes"], sum(sizes.values()))

    def test_two_savers_at_once_do_not_disturb_each_other(self) -> None:
        self.run_code("import random\nbig = random.Random(3).randbytes(2_000_000)")
        state = durable.state_of_session()
        pids = []
        for _ in range(3):
            pid = os.fork()
            if pid == 0:
                try:
                    durable.save(self.namespace, self.objects, throwaway=False, state=state)
                    os._exit(0)
                finally:
                    os._exit(1)
            pids.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        self.save()

        self.assertEqual(codes, [0, 0, 0])
        self.assertEqual(self.saved["added_bytes"], 0)
        self.assertEqual(len(self.load()["big"]), 2_000_000)


class Frames(WorkerCase):
    """Over the link, from one real process to another."""

    def save(self, code: str) -> dict[str, object]:
        import tempfile

        runtime = self.fresh()
        self.objects = tempfile.mkdtemp(prefix="hindsight-test-")
        runtime.eval(code)
        answer = runtime.look(runtime.fresh_shadow(1), "save", objects=self.objects)
        self.progress = [frame for name, frame in runtime.items if name == "progress"]
        return answer

    def test_a_state_is_saved_by_a_shadow_and_loaded_by_a_fresh_worker(self) -> None:
        answer = self.save(
            "import random, sys\nx = [1]; y = {'x': x}; random.seed(3)\nclass C:\n  def me(self): return type(self) is C\nc = C()\n"
            "out = sys.stdout\ndef fails():\n    return missing  # told\n"
        )
        self.assertTrue(answer["ok"], answer)
        self.assertEqual(self.progress[-1]["done"], self.progress[-1]["total"])

        runtime = self.fresh()
        runtime.worker.send("load", n=7, objects=self.objects, manifest=answer["fields"]["manifest"])
        loaded = runtime.wait("loaded")
        self.assertEqual((loaded["n"], loaded["ok"]), (7, True), loaded)
        self.assertEqual(loaded["report"], answer["fields"]["report"])
        value = runtime.eval("import random\n(y['x'] is x, c.me(), out is sys.stdout, random.random())", execution_count=2)["value"]
        self.assertEqual(value, "(True, True, True, 0.23796462709189137)")
        self.assertIn("    return missing  # told", runtime.eval("fails()")["traceback"])

    def test_a_save_that_fails_says_why(self) -> None:
        runtime = self.fresh()
        runtime.eval("x = 1")
        answer = runtime.look(runtime.fresh_shadow(1), "save", objects="/dev/null/nowhere")

        self.assertEqual((answer["ok"], answer["error"]), (False, "/dev/null/nowhere cannot be written to: Not a directory"))

    def test_a_damaged_one_is_an_error_with_a_code_and_the_worker_goes_on(self) -> None:
        manifest = self.save("x = 'a' * 100_000")["fields"]["manifest"]
        runtime = self.fresh()
        runtime.worker.send("load", n=1, objects="/nowhere", manifest=manifest)
        loaded = runtime.wait("loaded")

        self.assertEqual((loaded["ok"], loaded["error"]["code"]), (False, "checkpoint-damaged"))
        self.assertEqual(runtime.eval("1 + 1")["value"], "2")

    def test_without_fork_the_worker_saves_itself(self) -> None:
        import tempfile

        runtime = self.fresh(fork=False)
        runtime.eval("x = [1]; g = (n for n in x)")
        folder = tempfile.mkdtemp(prefix="hindsight-test-")
        answer = runtime.look(runtime.worker, "save", objects=folder)

        self.assertEqual([each["name"] for each in answer["fields"]["report"]["lost"]], ["g"])
        other = self.fresh(fork=False)
        other.worker.send("load", n=1, objects=folder, manifest=answer["fields"]["manifest"])
        self.assertTrue(other.wait("loaded")["ok"])
        self.assertEqual(other.eval("x")["value"], "[1]")


if __name__ == "__main__":
    unittest.main()
