"""Threads, children, timers, loops and the pid, when a session goes back."""

import ctypes.util
import os
import unittest

from timelines import TimelineCase, play

THREAD = (
    "import threading\nstop = threading.Event()\nworker = threading.Thread(target=stop.wait, name='loader', daemon=True); worker.start()\n"
)


class Threads(TimelineCase):
    """Hazard 4."""

    def test_they_are_named_and_stay_with_the_session_that_goes_on(self) -> None:
        told = play(
            THREAD,
            "seen['alive'] = worker.is_alive(); stop.set(); worker.join(20); seen['ended'] = not worker.is_alive()",
            "seen['alive'] = worker.is_alive(); worker.join(20); seen['left'] = threading.active_count()",
        )

        self.assertEqual(told.warning("thread")["name"], "loader")
        self.assertIn("not part of the state", told.warning("thread")["message"])
        self.assertEqual(told.live, {"alive": True, "ended": True})
        self.assertEqual(told.restored, {"alive": False, "left": 1})

    def test_new_threads_can_be_started_after_going_back(self) -> None:
        told = play(
            THREAD,
            "",
            "new = threading.Thread(target=lambda: seen.setdefault('ran', threading.active_count())); new.start(); new.join(20)",
        )

        self.assertEqual(told.restored, {"ran": 2})

    def test_threads_that_compute_do_not_make_a_restored_session_wait(self) -> None:
        told = play(
            "import threading\ndef spin():\n    while True: sum(range(100))\nseen['x'] = [threading.Thread(target=spin, daemon=True).start() for _ in range(3)]",
            "",
            "again(); got = []; t = threading.Thread(target=lambda: got.append(sum(range(100000)))); t.start(); t.join(20); seen['got'] = len(got)",
        )

        self.assertEqual(told.restored, {"got": 1})

    def test_the_random_stream_goes_on_though_there_were_threads(self) -> None:
        told = play(THREAD + "import random; random.seed(1)", "seen['n'] = random.random()", "seen['n'] = random.random()")

        self.assertEqual(told.restored, told.live)

    def test_an_executor_works_again_and_what_was_running_fails_in_words(self) -> None:
        told = play(
            THREAD + "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\n"
            "done = pool.submit(int, '7'); done.result(20); begun = threading.Event()\n"
            "def wait():\n    begun.set(); stop.wait(); return 'live'\n"
            "running = pool.submit(wait); begun.wait(20); waiting = pool.submit(int, '8')",
            "stop.set(); seen['running'] = running.result(20)",
            "try: running.result(20)\nexcept RuntimeError as error: seen['said'] = str(error)\n"
            "seen['more'] = [done.result(20), pool.submit(int, '9').result(20), waiting.result(20)]",
        )

        self.assertEqual(told.live, {"running": "live"})
        self.assertIn("threads do not come back", told.restored["said"])
        self.assertEqual(told.restored["more"], [7, 9, 8])

    def test_a_queue_and_an_event_reach_new_threads_and_not_old_ones(self) -> None:
        told = play(
            "import threading, queue; items = queue.Queue(); event = threading.Event(); got = []\n"
            "def take(): event.wait(); got.append(items.get())\n"
            "old = threading.Thread(target=take, daemon=True); old.start(); old2 = threading.Thread(target=items.get, daemon=True); old2.start()\n"
            "while not items.not_empty._waiters: pass",
            "",
            "new = threading.Thread(target=take, daemon=True); new.start(); event.set(); items.put(5); new.join(20); seen['got'] = got",
        )

        self.assertEqual(told.restored, {"got": [5]})

    def test_an_asyncio_executor_that_has_threads_works_again(self) -> None:
        told = play(
            "import asyncio; loop = asyncio.new_event_loop()\nwork = lambda: loop.run_until_complete(loop.run_in_executor(None, int, '7'))\nwork()",
            "seen['value'] = work()",
            "seen['value'] = work()",
        )

        self.assertEqual((told.live, told.restored), ({"value": 7}, {"value": 7}))

    def test_without_threads_nothing_is_said(self) -> None:
        told = play("import threading; t = threading.Thread(target=int); t.start(); t.join(20)")

        self.assertEqual(told.warnings, [])


class OpenMP(TimelineCase):
    """Hazard 3. The library is called as compiled code calls it."""

    def test_a_parallel_region_runs_again_after_going_back(self) -> None:
        if ctypes.util.find_library("gomp") is None:
            self.fail("this test needs libgomp.so.1 (Debian: apt-get install libgomp1)")
        told = play(
            "import ctypes, os; gomp = ctypes.CDLL('libgomp.so.1'); body = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p)\n"
            "parallel = lambda: gomp.GOMP_parallel(body, None, 4, 0); threads = lambda: len(os.listdir('/proc/self/task'))\n"
            "parallel(); assert threads() == 4",
            "parallel(); seen['threads'] = threads()",
            "import signal; signal.alarm(20); parallel(); seen['threads'] = threads()",
        )

        self.assertEqual((told.live, told.restored), ({"threads": 4}, {"threads": 4}))
        self.assertEqual(told.warnings, [])


class Children(TimelineCase):
    """Hazard 12."""

    def test_how_a_child_ended_is_not_made_up(self) -> None:
        told = play(
            "import subprocess; child = subprocess.Popen(['sh', '-c', 'echo; read x; exit 7'], stdin=-1, stdout=-1)\n"
            "child.stdout.readline()",
            "child.stdin.close(); seen['code'] = child.wait(20)",
            "for use in (child.wait, child.poll, child.kill, lambda: child.communicate()):\n"
            "    try: seen['code'] = use()\n"
            "    except ChildProcessError as error: seen.setdefault('said', []).append(str(error))\n"
            "seen['is'] = isinstance(child, subprocess.Popen)",
        )

        self.assertEqual(told.live, {"code": 7})
        self.assertEqual([("another timeline" in one) for one in told.restored["said"]], [True] * 4)
        self.assertNotIn("code", told.restored)
        self.assertEqual(told.warning("child-process")["name"], "sh -c echo; read x; exit 7")

    def test_a_child_that_had_been_waited_for_keeps_its_code(self) -> None:
        told = play(
            "import subprocess; child = subprocess.Popen(['sh', '-c', 'exit 7']); child.wait(20)",
            "",
            "seen['code'] = [child.wait(), child.poll(), child.returncode]",
        )

        self.assertEqual(told.restored, {"code": [7, 7, 7]})
        self.assertEqual(told.warnings, [])

    def test_new_children_can_be_started_and_waited_for(self) -> None:
        told = play(
            "import subprocess; child = subprocess.Popen(['sleep', '60'])",
            "child.kill(); child.wait(20)",
            "seen['code'] = subprocess.run(['sh', '-c', 'exit 3']).returncode",
        )

        self.assertEqual(told.restored, {"code": 3})

    def test_processes_of_multiprocessing_say_so_and_others_can_be_started(self) -> None:
        told = play(
            "import multiprocessing; fork = multiprocessing.get_context('fork'); go = fork.Event()\n"
            "running = fork.Process(target=go.wait); running.start(); later = fork.Process(target=print)",
            "go.set(); running.join(20); seen['code'] = running.exitcode",
            "for use in (running.join, running.is_alive, lambda: running.exitcode):\n"
            "    try: use()\n"
            "    except ChildProcessError as error: seen.setdefault('said', []).append('another timeline' in str(error))\n"
            "later.start(); later.join(20); seen['code'] = later.exitcode; seen['children'] = len(multiprocessing.active_children())",
        )

        self.assertEqual(told.live, {"code": 0})
        self.assertEqual(told.restored, {"said": [True] * 3, "code": 0, "children": 0})


    def test_pools_of_processes_say_that_theirs_are_elsewhere(self) -> None:
        told = play(
            "import multiprocessing as m, concurrent.futures as f, time; fork = m.get_context('fork'); pool = fork.Pool(2)\n"
            "executor = f.ProcessPoolExecutor(1, fork); first = [pool.map(abs, [-1]), executor.submit(abs, -2).result(20)]\n"
            "pending = executor.submit(time.sleep, 1000)",
            "seen['more'] = pool.map(abs, [-3, -4]); [p.kill() for p in executor._processes.values()]; pool.terminate()",
            "def said(use):\n    try: return use()\n    except Exception as error: return 'another timeline' in str(error)\n"
            "seen['said'] = [said(lambda: pool.map(abs, [1])), said(lambda: executor.submit(abs, 1)), said(lambda: pending.result(20))]\n"
            "new = fork.Pool(1); seen['new'] = new.map(abs, [-5]); new.terminate()",
        )

        self.assertEqual(told.live, {"more": [3, 4]})
        self.assertEqual(told.restored, {"said": [True] * 3, "new": [5]})
        self.assertIn("child-process", told.kinds())


class Identity(TimelineCase):
    """Hazards 14 and 16, 11 and 15."""

    def test_the_pid_is_told_truly(self) -> None:
        told = play(
            "import os, tempfile, logging; before = os.getpid(); tempfile.gettempdir(); next(tempfile._get_candidate_names())",
            "seen['pid'] = os.getpid() == before; seen['name'] = next(tempfile._get_candidate_names())",
            "seen['pid'] = os.getpid() == before; seen['true'] = os.readlink('/proc/self') == str(os.getpid())\n"
            "seen['name'] = next(tempfile._get_candidate_names())\n"
            "seen['record'] = logging.makeLogRecord({}).process != before and logging.LogRecord('', 0, '', 0, '', (), None).process == os.getpid()",
        )

        self.assertEqual(told.live["pid"], True)
        self.assertEqual({key: told.restored[key] for key in ("pid", "true", "record")}, {"pid": False, "true": True, "record": True})
        self.assertNotEqual(told.live["name"], told.restored["name"])

    def test_helpers_of_multiprocessing_are_started_anew_without_a_word(self) -> None:
        told = play(
            "from multiprocessing import resource_tracker as r; r.ensure_running(); first = r._resource_tracker._pid",
            "",
            "import warnings; warnings.simplefilter('error'); r.ensure_running(); seen['new'] = r._resource_tracker._pid != first",
        )

        self.assertEqual(told.restored, {"new": True})
        self.assertEqual(told.warnings, [])

    def test_a_timer_goes_on_with_what_was_left(self) -> None:
        told = play(
            "import signal; rung = []; signal.signal(signal.SIGALRM, lambda *_: rung.append(1)); signal.setitimer(signal.ITIMER_REAL, 600, 5)",
            "signal.setitimer(signal.ITIMER_REAL, 0)",
            "left, interval = signal.getitimer(signal.ITIMER_REAL); seen['left'] = 590 < left <= 600.1; seen['interval'] = interval\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.01)\nwhile not rung: signal.pause()\nseen['rung'] = True",
        )

        self.assertEqual(told.restored, {"left": True, "interval": 5.0, "rung": True})

    def test_deadlines_of_a_loop_count_the_session_s_own_time(self) -> None:
        """The live timeline takes 0.2 s while the state is frozen; the restored one's deadline has not come nearer."""
        told = play(
            "import asyncio, time; loop = asyncio.new_event_loop(); handle = loop.call_later(100, print); due = loop.call_later(0.15, print)\n"
            "at = time.monotonic()",
            "end = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass",
            "seen['moved'] = handle.when() - at > 100.19; seen['due'] = due.when() > time.monotonic()",
        )

        self.assertEqual(told.restored, {"moved": True, "due": True})

    def test_a_state_inside_of_a_coroutine_still_has_its_running_loop(self) -> None:
        told = play(
            "",
            "",
            "import asyncio\n"
            "async def main():\n"
            "    before = asyncio.get_running_loop(); again()\n"
            "    return before is asyncio.get_running_loop(), await asyncio.sleep(0.001, 'slept')\n"
            "seen['loop'] = asyncio.run(main())",
        )

        self.assertEqual(told.restored, {"loop": [True, "slept"]})


if __name__ == "__main__":
    assert os.name == "posix"
    unittest.main()
