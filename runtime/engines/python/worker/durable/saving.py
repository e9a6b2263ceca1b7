"""Writes the state of this process: pickles variable by variable, groups what shares objects, writes objects.

A variable that cannot be written costs itself and what refers to it; everything else is written.
"""

from __future__ import annotations

import gc
import sys
import types
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from . import checking, limits, reasons, reporting, variables, versions
from .context import Key, Unit
from .failures import SaveFailed
from .grouping import Sharing, groups
from .noticing import Holding
from .objects import ObjectWriter
from .parts import Part, PartWriter, object_names
from .pickling import StatePickler
from .reporting import Outcome
from .scope import Scope

FORMAT: Final = 1
#: The threads that write need Python's lock often, and for a moment each time.
_SWITCH_SECONDS: Final = 0.0005


@dataclass
class Options:
    """How a state is written."""

    deadline: float
    progress: Callable[[int, int], None]
    #: See `session.state`.
    state: dict[str, Any]
    #: Variables that are not to be tried, and why.
    skip: dict[Key, str] = field(default_factory=dict)
    #: Called before the user's code in some variables may run.
    on_start: Callable[[tuple[Key, ...]], None] = lambda keys: None
    #: Called now and then while objects are written, from other threads, and with True once only that is left to do.
    alive: Callable[[bool], None] = lambda finishing: None
    #: True: this process is thrown away afterwards, so what was written may be read back to prove it.
    throwaway: bool = False


@dataclass
class _Written:
    """A unit that was pickled."""

    pickler: StatePickler
    sizes: dict[Key, int]
    holding: Holding

    @property
    def unit(self) -> Unit:
        return self.pickler.unit


class _Failed(Exception):
    def __init__(self, key: Key, reason: str) -> None:
        self.key = key
        self.reason = reason


def save(namespace: dict[str, Any], folder: str, options: Options) -> dict[str, Any]:
    """Write the state; see `durable.save`.

    Raises:
        SaveFailed: Nothing counts of what was written.
    """
    collecting = gc.isenabled()
    gc.disable()
    writer = ObjectWriter(folder, lambda done: options.alive(False))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Save(namespace, writer, options).run()
    except MemoryError:
        raise SaveFailed("There is not enough memory to write the state") from None
    finally:
        writer.abandon()
        if collecting:
            gc.enable()


class _Save:
    def __init__(self, namespace: dict[str, Any], writer: ObjectWriter, options: Options) -> None:
        self._writer = writer
        self._options = options
        self._values, names = variables.of_session(namespace, options.state)
        self._outcome = Outcome(names, self._values)
        self._scope = Scope(namespace, self._values)
        self._parts = PartWriter(writer)
        self._groups: list[dict[str, Any]] = []

    def run(self) -> dict[str, Any]:
        if self._options.throwaway:
            limits.go_deep()
            sys.setswitchinterval(_SWITCH_SECONDS)
        written = self._pickle_each()
        written = self._keep_views(written)
        ordered = _group(written)
        total = sum(sum(each.sizes.values()) for each in written.values()) or 1
        begun = {keys: self._beginning(keys, written) for keys in ordered}
        written.clear()
        done = 0
        for keys in ordered:
            if keys[0].place != "session":
                self._parts.begin_variables()
            done += self._write_group(list(keys), begun.pop(keys))
            self._options.progress(min(done, total - 1), total)
        self._parts.finish()
        self._options.alive(True)
        added = self._writer.finish(self._object_names)
        self._options.progress(total, total)
        return self._answer(added)

    def _pickle_each(self) -> dict[Key, _Written]:
        written = {}
        for key, value in self._values.items():
            if key in self._options.skip:
                self._outcome.lost[key] = self._options.skip[key]
                continue
            try:
                written[key] = self._pickle((key,))
                self._write_ahead(written[key].unit)
            except _Failed as failure:
                self._outcome.lost[key] = failure.reason
            if type(value) is types.ModuleType:
                self._scope.modules.add(value.__name__)
        return written

    def _write_ahead(self, unit: Unit) -> None:
        """Lets threads write buffers while the next variable is pickled: in whatever group, they will be the same."""
        if not unit.copied_views:  # See `_keep_views`.
            for buffer in unit.buffers:
                self._parts.buffer(buffer)

    def _pickle(self, keys: tuple[Key, ...]) -> _Written:
        """Pickles some variables into one stream. Raises `_Failed` with the one that cannot be written."""
        return self._go_on(StatePickler(self._scope, Unit(keys)), {}, keys)

    def _go_on(self, pickler: StatePickler, sizes: dict[Key, int], keys: tuple[Key, ...]) -> _Written:
        self._options.on_start(pickler.unit.keys)
        for key in keys:
            try:
                sizes[key] = limits.limited(
                    self._options.deadline, lambda: pickler.moved, lambda k=key: pickler.dump_variable(k)  # type: ignore[misc]
                )
            except BaseException as error:  # noqa: BLE001 - the user's classes raise anything
                raise _Failed(key, self._reason(error, pickler, key)) from None
        return _Written(pickler, sizes, pickler.hold())

    def _beginning(self, keys: tuple[Key, ...], written: dict[Key, _Written]) -> _Written | None:
        """The variable of a group whose pickle the others can go on with: the largest, if it refers to none of them."""
        if len(keys) == 1:
            written[keys[0]].pickler.clear_memo()
            return written[keys[0]]
        if any(variables.defines(self._values[key]) for key in keys):
            return None
        free = [written[key] for key in keys if written[key].unit.needs.keys().isdisjoint(keys)]
        return max(free, key=lambda each: sum(each.sizes.values()), default=None)

    def _all_of(self, keys: list[Key], begun: _Written | None) -> _Written:
        if begun is None:
            return self._pickle(tuple(keys))
        unit = begun.unit
        rest = tuple(key for key in keys if key not in unit.keys)
        unit.keys = (*unit.keys, *rest)
        return self._go_on(begun.pickler, begun.sizes, rest) if rest else begun

    def _reason(self, error: BaseException, pickler: StatePickler, key: Key) -> str:
        told = reasons.in_words(error, pickler.last, self._options.deadline)
        if pickler.last is None or pickler.last is self._values[key]:
            return told
        try:
            place = reasons.place_of(pickler.last, key.name, self._values[key])
        except Exception:  # noqa: BLE001 - a container of the user's class; where it is is only nice to know
            place = None
        kind = reasons.type_name(type(pickler.last))
        return f"{told} (at {place})" if place else f"{told} (in a {kind} that it holds)"

    def _keep_views(self, written: dict[Key, _Written]) -> dict[Key, _Written]:
        """Pickles again what holds views of one array that others hold, too, so that they go on sharing it."""
        seen: dict[int, set[int]] = {}
        arrays = set().union(*(each.unit.arrays for each in written.values())) if written else set()
        for each in written.values():
            for base, view in each.unit.copied_views:
                seen.setdefault(id(base), set()).add(id(view))
        shared = {base for base, views in seen.items() if len(views) > 1 or base in arrays}
        if not shared:
            return written
        self._scope.kept_bases |= shared
        for key, each in written.items():
            if any(id(base) in shared for base, _ in each.unit.copied_views):
                written[key] = self._pickle((key,))
        return written

    def _write_group(self, keys: list[Key], begun: _Written | None) -> int:
        """Writes a group, without those of its variables that fail; gives its bytes."""
        while keys:
            try:
                written = self._all_of(keys, begun)
                for need in written.unit.needs:
                    if need in self._outcome.lost:
                        reason = f"it refers to {need.name}, which cannot be kept: {self._outcome.lost[need]}"
                        raise _Failed(self._who_needs(written, need), reason)
                self._check(written)
                return self._write(written)
            except _Failed as failure:
                self._outcome.lost[failure.key] = failure.reason
                keys.remove(failure.key)
                begun = None
        return 0

    def _who_needs(self, written: _Written, need: Key) -> Key:
        if len(written.unit.keys) == 1:
            return written.unit.keys[0]
        for key in written.unit.keys:
            try:
                if need in self._pickle((key,)).unit.needs:
                    return key
            except _Failed as failure:
                return failure.key
        return written.unit.keys[0]

    def _check(self, written: _Written) -> None:
        """Reads a group back that holds classes which might refuse. Raises `_Failed`."""
        if not (self._options.throwaway and written.unit.doubtful):
            return
        self._options.on_start(written.unit.keys)
        key, error = checking.read_back(written.pickler, self._options.deadline)
        if error is not None:
            raise _Failed(key, f"it cannot be read back: {reasons.in_words(error, None, self._options.deadline)}")

    def _write(self, written: _Written) -> int:
        unit, sink = written.unit, written.pickler.sink
        entry: dict[str, Any] = {"variables": [{"place": key.place, "name": key.name} for key in unit.keys]}
        entry["stream"] = self._parts.stream(sink.parts)
        entry["buffers"] = [
            {**self._parts.buffer(each), **({"plain": True} if each.plain else {})} for each in unit.buffers
        ]
        self._groups.append(entry)
        self._outcome.sizes.update(written.sizes)
        self._outcome.remarks.update(unit.remarks)
        return sum(written.sizes.values())

    def _answer(self, added: int) -> dict[str, Any]:
        names = self._object_names()
        modules = {kind.__module__ for kind in self._scope.kinds if isinstance(kind.__module__, str)}
        modules |= self._scope.modules
        report = reporting.report(self._outcome, modules)
        manifest = {
            "format": FORMAT,
            "python": versions.python(),
            "packages": versions.packages(modules),
            "user_modules": versions.user_modules(modules),
            "imports": variables.submodules(self._values),
            "order": [{"place": key.place, "name": key.name} for key in self._outcome.names if key not in self._outcome.lost],
            "groups": self._groups,
            "report": report,
        }
        return {
            "manifest": manifest,
            "object_names": names,
            "added_bytes": added,
            "total_bytes": self._writer.size(names),
            "report": report,
        }

    def _object_names(self) -> list[str]:
        parts: list[Part] = [part for each in self._groups for part in (each["stream"], *each["buffers"])]
        return object_names(parts)

def _group(written: dict[Key, _Written]) -> list[tuple[Key, ...]]:
    sharing = Sharing()
    for key, each in written.items():
        sharing.add(key, each.holding.perhaps_shared())
    return groups(list(written), sharing, {key: each.unit.needs for key, each in written.items()})


