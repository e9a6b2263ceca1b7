"""Loads a state into a fresh process, group by group; what fails is reported and the rest comes.

Objects are verified as they are read, before anything of them is unpickled.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from . import context, session, versions
from .context import Key, Loading
from .failures import CheckpointDamaged, CheckpointVersion
from .objects import ObjectReader
from .parts import PartReader, object_names
from .reasons import type_name
from .recompiling import Recompiler
from .unpickling import StateUnpickler

FORMAT = 1
_THREADS = 2


def load(namespace: dict[str, Any], folder: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Load a state; see `durable.load`.

    Raises:
        CheckpointDamaged: An object is missing or damaged.
        CheckpointVersion: The manifest is of a newer format.
    """
    _check_format(manifest)
    reader = ObjectReader(folder)
    _check_presence(reader, manifest)
    before = dict(namespace)
    collecting = gc.isenabled()
    gc.disable()  # It would look through all that was loaded, again and again, and find nothing.
    with ThreadPoolExecutor(_THREADS) as executor, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _Load(namespace, manifest, PartReader(reader, executor)).run()
        except BaseException:
            namespace.clear()
            namespace.update(before)
            raise
        finally:
            if collecting:
                gc.enable()


def _check_format(manifest: dict[str, Any]) -> None:
    version = manifest.get("format")
    if not isinstance(version, int) or version > FORMAT:
        raise CheckpointVersion(
            f"The checkpoint has format {version}, and this version of Hindsight knows formats up to {FORMAT}"
        )
    here, written = versions.python(), manifest["python"]
    if (here["implementation"], here["byteorder"]) != (written["implementation"], written["byteorder"]):
        raise CheckpointVersion(
            f"The checkpoint was written by {written['implementation']} on a {written['byteorder']}-endian machine"
        )


def _check_presence(reader: ObjectReader, manifest: dict[str, Any]) -> None:
    for group in manifest["groups"]:
        for name in object_names((group["stream"], *group["buffers"])):
            try:
                reader.size(name)
            except CheckpointDamaged as error:
                raise CheckpointDamaged(f"{error}: {_holders(manifest, group)}") from error


def _holders(manifest: dict[str, Any], group: dict[str, Any]) -> str:
    names = [each["name"] for each in group["variables"]]
    return f"it holds {', '.join(names[:10])}{' and more' if len(names) > 10 else ''}"


class _Load:
    def __init__(self, namespace: dict[str, Any], manifest: dict[str, Any], parts: PartReader) -> None:
        self._namespace = namespace
        self._manifest = manifest
        self._parts = parts
        self._lost: dict[Key, str] = {}
        self._remarks: dict[Key, list[str]] = {}
        same = manifest["python"]["bytecode"] == versions.python()["bytecode"]
        recompiler = Recompiler(manifest["python"]["version"])
        self._loading = Loading(namespace, None if same else recompiler.find)

    def run(self) -> dict[str, Any]:
        told = versions.differences(self._manifest)
        context.begin(self._loading)
        try:
            for group in self._manifest["groups"]:
                self._load_group(group)
                told += self._restore_session(group)
        finally:
            context.end()
        self._import_submodules()
        self._place()
        state = self._loading.values.get(Key("session", "state"))
        if state is not None:
            told += session.restore_settings(state)
        return self._report(told + versions.package_differences(self._manifest))

    def _load_group(self, group: dict[str, Any]) -> None:
        keys = [Key(each["place"], each["name"]) for each in group["variables"]]
        loading, buffers = self._loading, group["buffers"]
        loading.read_into = lambda index, memory: self._parts.read_into(buffers[index], memory)
        loading.read_each = lambda first, count: self._parts.read_each(buffers[first : first + count])
        plain = (self._read(each) for each in buffers if each.get("plain"))
        unpickler = StateUnpickler(self._parts.open(group["stream"]), plain)
        for index, key in enumerate(keys):
            loading.remarks = []
            try:
                value = unpickler.load()
            except CheckpointDamaged as error:
                raise CheckpointDamaged(f"{error}: {_holders(self._manifest, group)}") from error
            except Exception as error:  # noqa: BLE001 - the user's classes raise anything
                self._lost[key] = _in_words(error)
                for other in keys[index + 1 :]:
                    self._lost[other] = f"it shares objects with {key.name}, which could not be brought back"
                return
            loading.values[key] = value
            self._remarks[key] = loading.remarks
            if key.place == "main":
                self._namespace[key.name] = value

    def _read(self, part: dict[str, Any]) -> bytearray:
        memory = bytearray(part["bytes"])
        self._parts.read_into(part, memoryview(memory))
        return memory

    def _restore_session(self, group: dict[str, Any]) -> list[dict[str, str]]:
        """Where modules are found must be as it was before anything is imported."""
        told = []
        for each in group["variables"]:
            value = self._loading.values.get(Key(each["place"], each["name"]))
            if each["place"] != "session" or value is None:
                continue
            if each["name"] == "sources":
                session.restore_sources(value)
            else:
                told += session.restore(value, self._manifest["python"]["prefix"])
        return told

    def _import_submodules(self) -> None:
        for name in self._manifest["imports"]:
            try:
                importlib.import_module(name)
            except Exception:  # noqa: BLE001 - a part that only another version has; what uses it will say so
                continue

    def _place(self) -> None:
        """The variables in the order that they had."""
        for each in self._manifest["order"]:
            key = Key(each["place"], each["name"])
            if key not in self._loading.values:
                continue
            if key.place == "builtins":
                setattr(builtins, key.name, self._loading.values[key])
            else:
                self._namespace[key.name] = self._namespace.pop(key.name, self._loading.values[key])

    def _report(self, told: list[dict[str, str]]) -> dict[str, Any]:
        saved = self._manifest["report"]
        lost_now = {key.name: reason for key, reason in self._lost.items() if key.place != "session"}
        types = {key.name: type_name(type(value)) for key, value in self._loading.values.items()}
        remarks = {key.name: remarks for key, remarks in self._remarks.items() if remarks}
        kept = []
        for each in saved["kept"]:
            if each["name"] in lost_now:
                continue
            remark = "; ".join(dict.fromkeys([*filter(None, [each.get("remark")]), *remarks.get(each["name"], [])]))
            kept.append({**each, "type": types[each["name"]], **({"remark": remark} if remark else {})})
        lost = [
            {"name": each["name"], "type": each["type"], "reason": lost_now[each["name"]]}
            for each in saved["kept"]
            if each["name"] in lost_now
        ]
        return {"kept": kept, "lost": [*saved["lost"], *lost], "warnings": [*saved["warnings"], *told]}


def _in_words(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"it needs the module {error.name}, which is not here"
    try:
        return f"{type_name(type(error))}: {str(error)[:500]}"
    except Exception:  # noqa: BLE001 - the user's `__str__` raised
        return type_name(type(error))
