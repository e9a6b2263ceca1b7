"""What comes from outside is the same in each replay, and the world outside is as one run leaves it."""

import datetime
import random

from replaying import ReplayingCase, play


class Clocks(ReplayingCase):
    def test_every_clock_says_what_it_said(self) -> None:
        self.same(
            "import time\nsnapshot()\n"
            "for name in 'time monotonic perf_counter process_time thread_time'.split():\n"
            "    seen([getattr(time, name)(), getattr(time, name + '_ns')()]); snapshot()\n"
            "seen([time.localtime(), time.gmtime(), time.ctime(), time.asctime(), time.strftime('%c'), time.strftime('%c', time.gmtime(0))])\n"
            "seen([time.localtime(0), time.ctime(0), time.clock_gettime(time.CLOCK_BOOTTIME)])"
        )

    def test_dates_keep_their_class_and_zone(self) -> None:
        told = self.same(
            "import datetime as d, pickle\nclass Mine(d.datetime):\n    pass\nsnapshot()\n"
            "zone = d.timezone(d.timedelta(hours=5), 'X')\n"
            "for kind in (d.datetime, Mine):\n"
            "    made = [kind.now(), kind.now(zone), kind.now(tz=None), kind.today(), d.date.today()]\n"
            "    seen([[type(one).__name__, str(one)] for one in made])\n"
            "seen([isinstance(d.datetime.now(), d.datetime), pickle.loads(pickle.dumps(d.datetime.now(zone))).tzname(), str(d.date.today())])\n"
            "try: d.datetime.now('x')\nexcept TypeError as error: seen(str(error))"
        )

        self.assertEqual([name for name, _ in told.seen[1]], ["Mine", "Mine", "Mine", "Mine", "date"])
        self.assertIn("+05:00", told.seen[0][1][1])
        self.assertEqual(told.seen[2][1], "X")
        recorded = datetime.datetime.fromisoformat(told.seen[0][0][1])
        self.assertLess(abs((datetime.datetime.now() - recorded).total_seconds()), 60)

    def test_nobody_sleeps_in_a_replay(self) -> None:
        told = self.same("import time\nsnapshot()\nt = time.monotonic(); time.sleep(0.6); seen(time.monotonic() - t)", times=20)

        self.assertGreater(told.seen[0], 0.5)

    def test_functions_that_the_program_kept_before_are_recorded_as_well(self) -> None:
        told = self.same(
            "snapshot()\nseen([kept(), Timer().clock(), default(), Field().at, table['t'](), closed()])",
            before=(
                "import time, dataclasses\nfrom time import time as kept\n"
                "class Timer:\n    clock = time.perf_counter\n"
                "def default(now=time.monotonic): return now()\n"
                "@dataclasses.dataclass\nclass Field:\n    at: float = dataclasses.field(default_factory=time.time)\n"
                "table = {'t': time.time_ns}\n"
                "def outer(f):\n    return lambda: f()\nclosed = outer(time.process_time_ns)\n"
            ),
        )

        self.assertEqual(told.warnings, [])

    def test_what_cannot_be_reached_is_told(self) -> None:
        told = play("snapshot()\nseen(1)", before="import functools, time; kept = functools.partial(time.time)")

        self.assertIn("partial", told.warnings[0])

    def test_a_time_that_differs_is_a_divergence(self) -> None:
        told = play(
            "import time, os\nsnapshot()\nwhere = os.open('/proc/self/stat', 0)\nseen(0)\n"
            "import ctypes\nif ctypes.CDLL(None).getpid() != os.getpid(): time.monotonic()\ntime.time(); seen(1)"
        )

        self.assertEqual([one.seen for one in told.replays], [[0], [0]])
        self.assertIn("time.monotonic is called where time.time was recorded", told.replays[0].diverged)

    def test_what_was_exchanged_is_put_back(self) -> None:
        told = self.same(
            "import time, os, io, socket, random\nsnapshot()\nt = time.time\nseen(type(t).__name__)\n"
            "world.end()\nseen([type(f).__name__ for f in (time.time, os.stat, os.urandom, socket.socket.recv, io.FileIO.read)])\n"
            "seen(t() > 1e9)\nworld.begin(lambda: 0, lambda *_: None, lambda *_: None)"
        )

        self.assertEqual(told.seen[1][:3], ["builtin_function_or_method"] * 3)
        self.assertEqual(told.seen[1][3:], ["method_descriptor"] * 2)


class Chance(ReplayingCase):
    def test_seeds_and_entropy_come_again(self) -> None:
        self.same(
            "import random, os, secrets, uuid, tempfile\nsnapshot()\n"
            "seen([random.random(), os.urandom(4).hex(), os.getrandom(3).hex(), secrets.token_hex(), str(uuid.uuid4()), str(uuid.uuid1())])\n"
            "random.seed(); seen([random.random(), random.Random().random(), random.SystemRandom().random()])\n"
            "random.seed(5); seen(random.random()); seen(random.Random('x').random()); snapshot(); seen(random.random())"
        )

    def test_a_seed_of_the_programs_own_gives_what_it_gives_without_us(self) -> None:
        told = self.same("import random\nsnapshot()\nrandom.seed(5); seen(random.random()); seen(random.Random(b'x').random())")

        self.assertEqual(told.seen, [random.Random(5).random(), random.Random(b"x").random()])
