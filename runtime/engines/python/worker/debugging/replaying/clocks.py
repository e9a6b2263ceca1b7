"""The clocks: `time` and `datetime`. What they say is recorded in two words each, and said again in a replay; nobody sleeps there."""

import datetime
import sys
import time
import warnings
from typing import Any, Callable

from hindsight_worker.debugging.replaying.log import TIME_BITS, tag_of
from hindsight_worker.debugging.replaying.outlets import recorded, replace
from hindsight_worker.debugging.replaying.player import OFF, RECORD, player
from hindsight_worker.debugging.replaying.references import Attributes, References

_SECONDS = "time monotonic perf_counter process_time thread_time"
_NANOSECONDS = "time_ns monotonic_ns perf_counter_ns process_time_ns thread_time_ns"

_now = datetime.datetime.now
_time = time.time
_localtime = time.localtime


def exchange(references: References) -> None:
    """Functions of `time`."""
    replace(references, "time", _SECONDS, lambda original, tag: _clock(original, tag, "numbers"))
    replace(references, "time", _NANOSECONDS, lambda original, tag: _clock(original, tag, "words"))
    replace(references, "time", "sleep clock_gettime clock_gettime_ns", recorded)
    replace(references, "time", "localtime gmtime ctime", _of_now)
    replace(references, "time", "strftime asctime", _of_local_now)


def exchange_attributes(attributes: Attributes) -> None:
    """`datetime.now` and `utcnow`; `today` asks `time.time` already."""
    attributes.set(datetime.datetime, "now", classmethod(now))
    attributes.set(datetime.datetime, "utcnow", classmethod(utcnow))


def _clock(original: Callable[[], Any], tag: int, view: str) -> Callable[[Any], Any]:
    head = tag << TIME_BITS
    in_seconds = view == "numbers"

    # Names of this function's own are found faster than those of the module.
    state, record = player, RECORD

    def clock(_home: Any) -> Any:
        value = original()
        mode = state.mode
        if mode and (state.alone or state.active):
            at = state.at
            if at < state.limit:
                # The same steps in both, so that they use memory alike: to take it aside would cost more than all of this.
                words, entry = state.words, head | state.now()
                numbers = state.numbers if in_seconds else words
                if mode == record:
                    words[at] = entry
                    numbers[at + 1] = value
                elif words[at] != entry:
                    state.diverge_at(tag, state.now())
                state.at = at + 2
                value = numbers[at + 1]
            elif mode != record:
                state.diverge_at(tag, state.now())
            elif state.limit >= 0:
                state.full()
        return value

    return clock


def _of_now(original: Any, tag: int) -> Callable[..., Any]:
    """`localtime` and its like: without an argument they are of the present time."""

    def of_now(_home: Any, seconds: Any = None) -> Any:
        if seconds is None and player.mode:
            seconds = player.through(tag, _time)
        return original(seconds)

    return of_now


def _of_local_now(original: Any, tag: int) -> Callable[..., Any]:
    """`strftime` and `asctime`, likewise, but of a structure, which comes last."""
    parameters = 1 if original.__name__ == "strftime" else 0

    def of_local_now(_home: Any, *arguments: Any) -> Any:
        if len(arguments) == parameters and player.mode:
            return original(*arguments, _localtime(player.through(tag, _time)))
        return original(*arguments)

    return of_local_now


_NOW = tag_of("datetime.now")
_UTC = datetime.timezone.utc


def now(cls: Any, tz: Any = None) -> Any:
    """Returns new datetime object representing current time local to tz.

    tz
      Timezone object.

    If no tz is specified, uses local timezone.
    """
    if player.mode == OFF:
        return _native_now.__get__(None, cls)(tz)
    if tz is None:
        return _made(cls, player.through(_NOW, lambda: _fields(_now())), None)
    if not isinstance(tz, datetime.tzinfo):
        return _now(tz)
    # As C does it: the time in UTC, of which the time zone makes its own.
    return tz.fromutc(_made(cls, player.through(_NOW, lambda: _fields(_now(_UTC))), tz))


def utcnow(cls: Any) -> Any:
    """Return a new datetime representing UTC day and time."""
    if sys.version_info >= (3, 12):
        warnings.warn(_DEPRECATED, DeprecationWarning, stacklevel=2)
    if player.mode == OFF:
        return _made(cls, _fields(_now(_UTC)), None)
    return _made(cls, player.through(_NOW, lambda: _fields(_now(_UTC))), None)


def _fields(moment: datetime.datetime) -> tuple[int, ...]:
    day, clock = (moment.year, moment.month, moment.day), (moment.hour, moment.minute, moment.second, moment.microsecond)
    return (*day, *clock, moment.fold)


def _made(cls: Any, fields: tuple[int, ...], tz: Any) -> Any:
    *numbers, fold = fields
    return cls(*numbers, tzinfo=tz, fold=fold) if fold else cls(*numbers, tz) if tz else cls(*numbers)


_native_now: Any = datetime.datetime.__dict__["now"]
_DEPRECATED = (
    "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware "
    "objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC)."
)
