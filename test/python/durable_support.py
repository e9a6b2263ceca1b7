"""What the tests of the durable form share: a namespace of its own, saved into a folder and loaded into another."""

import json
import os
import shutil
import sys
import tempfile
import types
import unittest
from typing import Any

import look_support  # noqa: F401 - makes `hindsight_worker` the package in the checkout
from hindsight_worker import durable, vendor
from worker_driver import VENDOR

vendor.load(str(VENDOR))


def fresh_main() -> dict[str, Any]:
    """The global variables of a session that has run nothing."""
    main = types.ModuleType("__main__")
    vars(main)["__builtins__"] = sys.modules["builtins"]
    return vars(main)


class DurableCase(unittest.TestCase):
    """`self.run_code(…)` in a namespace, `self.save()`, and `self.load()` into another namespace."""

    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="hindsight-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.objects = os.path.join(self.folder, "objects")
        self.namespace = fresh_main()
        for name in ("_", "__"):
            self.addCleanup(_restore_builtin, name)
        self.addCleanup(sys.path.__setitem__, slice(None), sys.path[:])
        self.addCleanup(os.chdir, os.getcwd())
        self.addCleanup(_restore_environment, dict(os.environ))

    def run_code(self, code: str) -> None:
        exec(compile(code, "<cell 1>", "exec"), self.namespace)

    def save(self, **options: Any) -> dict[str, Any]:
        """What `save` answers, through JSON as on its way to the runtime."""
        self.saved = json.loads(json.dumps(durable.save(self.namespace, self.objects, **options)))
        return self.saved

    def load(self) -> dict[str, Any]:
        """The namespace that was loaded; `self.report` is what loading said."""
        loaded = fresh_main()
        self.report = durable.load(loaded, self.objects, self.saved["manifest"])
        return loaded

    def round_trip(self, code: str = "", **options: Any) -> dict[str, Any]:
        self.run_code(code)
        self.save(**options)
        return self.load()

    def lost(self) -> dict[str, str]:
        return {each["name"]: each["reason"] for each in self.saved["report"]["lost"]}

    def remark(self, name: str) -> str:
        """What the last load says of a variable that came back."""
        return next(each.get("remark", "") for each in self.report["kept"] if each["name"] == name)

    def objects_of(self, name: str) -> list[str]:
        """Paths of the objects that hold a variable."""
        for group in self.saved["manifest"]["groups"]:
            if any(each["name"] == name for each in group["variables"]):
                names = [each for part in (group["stream"], *group["buffers"]) for each in part["objects"]]
                return [os.path.join(self.objects, each[:2], each[2:]) for each in names]
        raise AssertionError(f"{name} is in no group")

    def files(self) -> list[str]:
        """All that lies in the folder of objects, as relative paths."""
        found = []
        for root, _, names in os.walk(self.objects):
            found += [os.path.relpath(os.path.join(root, name), self.objects) for name in names]
        return sorted(found)


def _restore_builtin(name: str) -> None:
    vars(sys.modules["builtins"]).pop(name, None)


def _restore_environment(environment: dict[str, str]) -> None:
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)
