"""Writes docs/what-survives.md: each class is made, changed, undone and compared, and sent through a durable round trip.

Run by the Python of the project's environment, with the folder of `hindsight_worker` and that of the vendored
libraries as arguments; prints the page. A test compares it with the one in docs/.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from typing import Any, NamedTuple

from survival_cases import CASES
from undoing import undo_each

_HEAD = """# What survives

Each object was made in a session, changed after a live snapshot, undone by it and compared; and written to a durable checkpoint, loaded
by a fresh process and compared. *Undo* is by a live snapshot, a copy of the process: whatever is in memory comes back, of any class.
*Checkpoint* is what is on disk. Written by `test/tools/what_survives.py`; a test fails when it is not current.

**{survives}** of {count} classes survive both, {remarks} of these with a remark; {lost} have no durable form. What the system holds for a process (positions
of files, sockets, threads, child processes) is not memory: [time-travel.md](time-travel.md#a-live-snapshot-of-python-the-frozen-process) says how undo treats it.
"""


class Case(NamedTuple):
    group: str
    name: str
    make: str
    change: str
    probe: str


class Result(NamedTuple):
    case: Case
    undone: bool
    durable: str


def cases() -> list[Case]:
    """All cases, in their order."""
    found = []
    for group, lines in CASES.items():
        for line in lines.strip().splitlines():
            name, make, change, probe = (part.strip().replace("\\n", "\n") for part in line.split(" | "))
            found.append(Case(group, name, make, change, probe))
    return found


def results(package: str, vendor: str) -> list[Result]:
    """What became of each case.

    Args:
        package: Folder that holds `hindsight_worker`.
        vendor: Folder of the vendored libraries.
    """
    sys.path.insert(0, package)
    from hindsight_worker import durable, vendor as libraries

    libraries.load(vendor)
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "text.txt"), "w") as file:
            file.write("one\ntwo\nthree\n")
        undone_all = _undo_all(folder)
        main = vars(sys.modules["__main__"])
        main["folder"] = folder
        tried = []
        for index, case in enumerate(cases()):
            exec(compile(case.make, f"<{case.name}>", "exec"), main)
            before = _told(case, main)
            main[f"x{index}"] = main["x"]
            tried.append((case, before))
        objects = os.path.join(folder, "objects")
        kept = {name: main[name] for name in main if re.fullmatch(r"x\d+", name)}
        # Functions find their globals in `__main__`; all else in it is ours.
        for name in [name for name in main if name not in kept and name != "__builtins__"]:
            kept.setdefault(name, main[name])
        chosen = {name: kept[name] for name in kept if name not in _OURS}
        saved = durable.save(chosen, objects, deadline=5.0)
        request = {"objects": objects, "manifest": saved["manifest"], "package": package, "vendor": vendor}
        loaded = _in_fresh_process(request)
        return [
            Result(case, undone, _verdict(index, before, loaded, folder))
            for index, ((case, before), undone) in enumerate(zip(tried, undone_all))
        ]


def load_and_probe() -> None:
    """In a fresh process: loads what the request on standard input names, and tells what each probe says."""
    request = json.load(sys.stdin)
    sys.path.insert(0, request["package"])
    from hindsight_worker import durable, vendor as libraries

    libraries.load(request["vendor"])
    warnings.simplefilter("ignore")
    main = vars(sys.modules["__main__"])
    ours = {name: main[name] for name in main}
    report = durable.load(main, request["objects"], request["manifest"])
    told = {}
    for index, case in enumerate(cases()):
        if f"x{index}" in main:
            main["x"] = main[f"x{index}"]
            told[f"x{index}"] = _told(case, main)
    main.update(ours)
    print(json.dumps({"told": told, "report": report}))


def page(found: list[Result]) -> str:
    """The page as Markdown."""
    lost = [each for each in found if each.durable.startswith("no")]
    remarks = [each for each in found if each.undone and each.durable.startswith("yes: ")]
    survives = [each for each in found if each.undone and each.durable.startswith("yes")]
    text = [_HEAD.format(survives=len(survives), count=len(found), remarks=len(remarks), lost=len(lost))]
    group = ""
    for each in found:
        if each.case.group != group:
            group = each.case.group
            text.append(f"\n## {group}\n\n| class | undo | checkpoint |\n| --- | --- | --- |\n")
        text.append(f"| {each.case.name} | {'yes' if each.undone else 'no'} | {each.durable.replace('|', '&#124;')} |\n")
    return "".join(text)


def _told(case: Case, main: dict[str, Any]) -> str:
    try:
        return re.sub(r"0x[0-9a-f]+", "0x…", repr(eval(compile(case.probe, "<probe>", "eval"), main)))
    except Exception as error:  # noqa: BLE001 - that it cannot be asked is its state
        return f"{type(error).__name__}: {error}"


def _undo_all(folder: str) -> list[bool]:
    """Whether each case is as before once its change was undone."""
    tried = cases()
    found = undo_each([(case.make, case.change, case.probe) for case in tried], folder)
    for case, told in zip(tried, found):
        if told.changed == told.before and case.name not in _SAME_AFTER_CHANGE:
            print(f"{case.name}: the change changes nothing", file=sys.stderr)
    return [told.after == told.before for told in found]


def _verdict(index: int, before: str, loaded: dict[str, Any], folder: str) -> str:
    name = f"x{index}"
    lost = {each["name"]: each["reason"] for each in loaded["report"]["lost"]}
    if name in lost:
        return _clean(f"no: {lost[name]}", folder)
    now = loaded["told"][name]
    remark = next((each.get("remark", "") for each in loaded["report"]["kept"] if each["name"] == name), "")
    if now != before:
        return _clean(f"no: comes back as {now[:60]} instead of {before[:60]}", folder)
    return _clean(f"yes: {remark}" if remark else "yes", folder)


def _clean(text: str, folder: str) -> str:
    text = re.sub(re.escape(os.path.realpath(folder)) + "|" + re.escape(folder), "…", text)
    return re.sub(r"\bx\d+\b", "x", text)


def _in_fresh_process(request: dict[str, Any]) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, __file__, "--probe"], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise RuntimeError(answer.stderr)
    return json.loads(answer.stdout.strip().splitlines()[-1])  # type: ignore[no-any-return]


#: What they tell does not change with the object: they are compared by what they are.
_SAME_AFTER_CHANGE = {
    "map", "zip", "itertools.chain", "tempfile.TemporaryDirectory", "selectors.DefaultSelector",
    "multiprocessing.shared_memory.SharedMemory", "view of an array",
}  # fmt: skip
_OURS = {
    "CASES", "Case", "Result", "annotations", "cases", "results", "load_and_probe", "page", "_told", "_undo_all", "undo_each",
    "_verdict", "_clean", "_in_fresh_process", "_SAME_AFTER_CHANGE", "_OURS", "_HEAD", "Any", "NamedTuple", "x",
    "__builtins__", "__file__", "__cached__", "__annotations__",
}  # fmt: skip

if __name__ == "__main__":
    if sys.argv[1:] == ["--probe"]:
        load_and_probe()
    else:
        print(page(results(sys.argv[1], sys.argv[2])), end="")
