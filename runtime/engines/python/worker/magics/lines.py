"""The line magics: `%name rest`. Each takes the shell and the rest of its line."""

import os
import runpy
import shlex
import subprocess
import sys
from typing import Any, Callable

from hindsight_worker.magics import documentation, timing

Magic = Callable[[Any, str], Any]

_kept_names = ("__builtins__", "__name__", "__doc__", "__annotations__", "__loader__", "__spec__", "__package__")


def pip(shell: Any, line: str) -> None:
    """Runs pip of this very interpreter."""
    _run([sys.executable, "-m", "pip", *shlex.split(line)])
    if line.split()[:1] == ["install"]:
        print("Note: what was imported before stays as it was until the session is restarted.")


def cd(shell: Any, line: str) -> None:
    """Changes the working directory; `-` goes back, without a path it is the home directory."""
    wanted = shlex.split(line)[0] if line else "~"
    former = os.getcwd()
    os.chdir(os.environ.get("OLDPWD", former) if wanted == "-" else os.path.expanduser(wanted))
    os.environ["OLDPWD"] = former
    print(os.getcwd())


def pwd(shell: Any, line: str) -> str:
    """The working directory."""
    return os.getcwd()


def env(shell: Any, line: str) -> Any:
    """All variables of the environment, one of them, or sets one: `%env NAME value`, `%env NAME=value`."""
    if not line:
        return dict(os.environ)
    name, separator, value = line.partition("=" if "=" in line else " ")
    if not separator:
        if name not in os.environ:
            raise KeyError(f"there is no variable {name} in the environment")
        return os.environ[name]
    os.environ[name.strip()] = value.strip()
    print(f"env: {name.strip()}={value.strip()}")
    return None


def run(shell: Any, line: str) -> None:
    """Runs a file as a program and takes over its variables; `-i` lets it see those of the session."""
    words = shlex.split(line)
    interactive = "-i" in words[:1]
    path, *arguments = words[1:] if interactive else words
    path = os.path.expanduser(path)
    if not os.path.exists(path) and os.path.exists(path + ".py"):
        path += ".py"
    kept = sys.argv
    sys.argv = [path, *arguments]
    try:
        found = runpy.run_path(path, shell.user_ns if interactive else None, "__main__")
    finally:
        sys.argv = kept
    shell.user_ns.update((name, value) for name, value in found.items() if name not in _kept_names)


def matplotlib(line: str) -> None:
    """Figures are always shown in the session; another backend than `inline` is chosen as matplotlib does it."""
    wanted = line.split()[0] if line.split() else "inline"
    if wanted in ("inline", "notebook", "widget", "ipympl"):
        return
    import matplotlib as library  # type: ignore[import-not-found]

    library.use(wanted)


def who(shell: Any, line: str) -> None:
    """Names of the variables of the session, of the given types where there are any."""
    names = _names(shell.user_ns, line.split())
    print("\t".join(names) if names else "Interactive namespace is empty.")


def whos(shell: Any, line: str) -> None:
    """The variables with their types and values, a line each."""
    rows = [(name, type(shell.user_ns[name]).__name__, shell.user_ns[name]) for name in _names(shell.user_ns, line.split())]
    wide = max((len(name) for name, _, _ in rows), default=0)
    typed = max((len(kind) for _, kind, _ in rows), default=0)
    for name, kind, value in rows:
        print(f"{name:<{wide}}   {kind:<{typed}}   {documentation.one_line(value)}")


def reset(shell: Any, line: str) -> None:
    """Deletes all variables of the session, after a question unless `-f` says so."""
    if "-f" not in line.split():
        answer = input("Once deleted, variables come back only by a rewind. Proceed (y/[n])? ")
        if not answer.lower().startswith("y"):
            print("Nothing done.")
            return
    for name in [name for name in shell.user_ns if name not in _kept_names]:
        del shell.user_ns[name]


def lsmagic(shell: Any, line: str) -> None:
    """The magics that there are."""
    from hindsight_worker.magics import cells

    print("Line magics: " + "  ".join("%" + name for name in sorted(magics)))
    print("Cell magics: " + "  ".join("%%" + name for name in sorted(cells.magics)))


def _names(namespace: dict[str, Any], kinds: list[str]) -> list[str]:
    import types

    hidden = (types.ModuleType,)
    return sorted(
        name
        for name, value in namespace.items()
        if not name.startswith("_")
        and not isinstance(value, hidden)
        and (not kinds or type(value).__name__ in kinds)
    )


def _run(command: list[str]) -> None:
    sys.stdout.flush()
    code = subprocess.call(command)
    if code:
        raise subprocess.CalledProcessError(code, command)


def _ignored(shell: Any, line: str) -> None:
    """Accepted for the sake of notebooks that ask for it; there is nothing to do here."""


magics: dict[str, Magic] = {
    "alias_magic": _ignored,
    "cd": cd,
    "config": _ignored,
    "env": env,
    "lsmagic": lsmagic,
    "matplotlib": lambda shell, line: matplotlib(line),
    "pinfo": lambda shell, line: documentation.describe(shell.user_ns, line),
    "pinfo2": lambda shell, line: documentation.source(shell.user_ns, line),
    "pip": pip,
    "pwd": pwd,
    "reset": reset,
    "run": run,
    "set_env": env,
    "sx": lambda shell, line: shell.getoutput(line),
    "system": lambda shell, line: shell.getoutput(line),
    "time": lambda shell, line: timing.time(shell.user_ns, line),
    "timeit": lambda shell, line: timing.timeit(shell.user_ns, line, ""),
    "who": who,
    "who_ls": lambda shell, line: _names(shell.user_ns, line.split()),
    "whos": whos,
}

# Those whose line may name variables by `{…}` and `$…`; the others hold Python, where braces mean something else.
expanding = frozenset({"cd", "env", "pip", "run", "set_env"})
