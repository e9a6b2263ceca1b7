"""Records the result of a call, or plays it back: the one place where the log is written and read.

A call is recorded only in the main thread, and not within another recorded call, because a replay does not run what
is within. Knows no particular calls: those are in `clocks`, `entropy`, `descriptors` and so on.
"""

import _thread
from typing import Any, Callable, TypeVar

from hindsight_worker.debugging.replaying.log import Log, LogFull, name_of, tag_of
from hindsight_worker.debugging.replaying.packing import comes_back, error_comes_back, pack, pack_error, unpack

T = TypeVar("T")

OFF, RECORD, REPLAY = 0, 1, 2

_EFFECT = tag_of("an effect")
#: Stands where something was kept before it changed: before an effect, and where a file was opened for writing.
KEPT = tag_of("a file's content")


class Diverged(BaseException):
    """A replay does not do what was recorded, and who was told of it has not ended it."""


class Player:
    """The state of recording in this process. Its copies go on with copies of it, over the same log."""

    __slots__ = (
        *("mode", "was", "alone", "main", "at", "limit", "log", "words", "numbers", "now"),
        *("on_effect", "on_divergence", "on_barrier", "on_threads", "warn", "replays", "aside", "memory", "_itself"),
    )

    def __init__(self) -> None:
        # OFF also within a recorded call, and while the worker does something of its own.
        self.mode = OFF
        # True in a cursor, whatever `mode` is at the moment.
        self.replays = False
        # How many are doing something of the worker's own: meanwhile `mode` is OFF.
        self.aside = 0
        # False once another thread was started: only then need be asked which thread it is.
        self.alone = True
        self.main = _thread.get_ident()
        # The word of the log that is written or read next.
        self.at = 0
        self.limit = -1
        self.log: Log | None = None
        self.words: Any = None
        self.numbers: Any = None
        self.now: Callable[[], int] = lambda: 0
        self.on_effect: Callable[[str, str], None] = lambda kind, target: None
        self.on_divergence: Callable[[str], None] = lambda sentence: None
        self.on_barrier: Callable[[str], None] = lambda sentence: None
        self.warn: Callable[[str], None] = lambda sentence: None
        self.on_threads: Callable[[], None] = lambda: None
        # A value, or what was raised, that is given to the program as it is.
        self._itself: tuple[Any, BaseException | None] = (None, None)
        #: With True what follows takes memory aside, with False it is the program's again; see `Recorder.aside`.
        self.memory: Callable[[bool], object] = bool

    def open(self, log: Log) -> None:
        """Records into `log` from its beginning."""
        self.log, self.words, self.numbers, self.limit, self.at = log, log.words, log.numbers, log.limit, 0

    @property
    def active(self) -> int:
        """What to do with a call: `OFF`, `RECORD` or `REPLAY`."""
        return self.mode if self.mode and self.is_main else OFF

    @property
    def is_main(self) -> bool:
        """Whether this is the thread whose calls are recorded and played back."""
        return self.alone or _thread.get_ident() == self.main

    def starts_thread(self) -> None:
        """The program is about to start another thread."""
        self.alone = False
        if self.replays:
            self.on_threads()

    def through(self, tag: int, call: Callable[[], T]) -> T:
        """Does `call` and records what it returns or raises; in a replay returns or raises that, and calls nothing.

        The two differ in what they do, aside; what the program gets of it is made in the same way, of what was recorded.
        """
        mode = self.active
        if mode == OFF:
            return call()
        # Others go on while this one waits; where they do, addresses are not the same in a replay anyhow.
        memory = self.memory if self.alone else bool
        try:
            memory(True)
            payload = self._call(tag, call) if mode == RECORD else bytes(self._next(tag))
        finally:
            memory(False)
        if payload is None:
            return self._give_itself()
        self.mode = OFF
        try:
            return unpack(payload)
        finally:
            self.mode = mode

    def put(self, tag: int, value: Any) -> bytes:
        """Records a value, and answers it as it was packed."""
        try:
            payload = pack(value)
        except Exception as error:
            payload = pack_error(TypeError(f"what {name_of(tag)} returned could not be recorded: {error}"))
            self.warn(f"What {name_of(tag)} returned could not be recorded: {error}")
        self._put(tag, payload)
        return payload

    def put_error(self, tag: int, error: BaseException) -> None:
        """Records that it raised."""
        self._put(tag, pack_error(error))

    def take(self, tag: int) -> Any:
        """What was recorded next, if it is under this tag and has this time."""
        payload = self._next(tag)
        self.mode = OFF
        try:
            return unpack(payload)
        finally:
            self.mode = REPLAY

    def comes(self, tag: int) -> bool:
        """Whether the next entry is of this tag and this time."""
        return self.log is not None and self.log.head(self.at) == (tag, self.now())

    def full(self) -> None:
        """There is no place in the log: said once; from here on nothing is recorded."""
        if self.limit >= 0:
            self.limit = -1
            self.warn("The log of what came from outside is full: from here on going back may lead astray.")

    def diverge_at(self, tag: int, now: int) -> None:
        """The log has something else than what the program asks for. Does not return."""
        assert self.log is not None
        recorded, time = self.log.head(self.at)
        if recorded == 0:
            self.diverge(f"{name_of(tag)} was not called again in the recorded run")
        elif recorded != tag:
            self.diverge(f"{name_of(tag)} is called where {name_of(recorded)} was recorded")
        else:
            self.diverge(f"{name_of(tag)} is called at time {now}, and was recorded at time {time}")

    def effect(self, kind: str, target: str) -> None:
        """Something acts outside, right now, and is recorded."""
        self.put(_EFFECT, None)
        self.on_effect(kind, target)

    def repeat(self, sentence: str) -> None:
        """In a replay something would act outside: the end of it, as recorded or not. Does not return."""
        while self.comes(KEPT):
            self.take(KEPT)
        if self.comes(_EFFECT):
            self.on_barrier(sentence)
        self.diverge(sentence)

    def diverge(self, sentence: str) -> None:
        """Ends this replay. Does not return."""
        self.on_divergence(sentence)
        raise Diverged(sentence)

    def _call(self, tag: int, call: Callable[[], Any]) -> bytes | None:
        """Does it; what it returned or raised, packed, or None where that is kept as it is, for `_give_itself`."""
        self.mode = OFF
        try:
            value = call()
        except BaseException as error:
            self.mode = RECORD
            payload = pack_error(error)
            self._put(tag, payload)
            if error_comes_back(error):
                return payload
            self._itself = (None, error)
            return None
        finally:
            self.mode = RECORD
        payload = self.put(tag, value)
        if comes_back(value):
            return payload
        self._itself = (value, None)
        return None

    def _give_itself(self) -> Any:
        (value, error), self._itself = self._itself, (None, None)
        if error is not None:
            raise error
        return value

    def _next(self, tag: int) -> memoryview:
        assert self.log is not None
        entry = self.log.take(self.at)
        now = self.now()
        if entry is None or entry.tag != tag or entry.time != now:
            self.diverge_at(tag, now)
        assert entry is not None
        self.at = entry.next
        return entry.payload

    def _put(self, tag: int, payload: bytes) -> None:
        if self.limit < 0 or self.log is None:
            return
        try:
            self.at = self.log.put(self.at, tag, self.now(), payload)
        except LogFull:
            self.full()


player = Player()
"""The one of this process: patched functions reach it without a call."""

__all__ = ["OFF", "RECORD", "REPLAY", "Diverged", "Player", "player", "tag_of"]
