"""Objects that notice every look: each special method of theirs records that it was called."""

from typing import Any

calls: list[str] = []

_SPECIAL = (
    "__getattr__ __getattribute__ __dir__ __repr__ __str__ __eq__ __hash__ __len__ __bool__ __iter__ __getitem__"
    " __contains__ __call__ __format__ __index__ __int__ __float__ __class_getitem__ __instancecheck__"
    " __subclasscheck__ __missing__ __lt__ __next__ __length_hint__ __reduce_ex__ __sizeof__ __fspath__"
).split()


def _recorder(where: str, name: str) -> Any:
    def record(*_args: Any, **_kwargs: Any) -> Any:
        calls.append(f"{where}.{name}")
        raise RuntimeError(f"{where}.{name} was called")

    return record


class Descriptor:
    """A descriptor of a user's: getting it is their code."""

    def __get__(self, instance: object, owner: type | None = None) -> object:
        calls.append("Descriptor.__get__")
        return 1


HostileMeta = type("HostileMeta", (type,), {name: _recorder("meta", name) for name in _SPECIAL if name != "__call__"})


def make_hostile(base: type = object) -> Any:
    """Give an instance of a class all of whose special methods record.

    Args:
        base: What the class derives from.

    Returns:
        The instance; it has the attribute `own`, the property `prop` and the method `method`.
    """
    body: dict[str, Any] = {name: _recorder("instance", name) for name in _SPECIAL}
    body["prop"] = property(_recorder("instance", "prop"))
    body["__class__"] = property(_recorder("instance", "__class__"))
    body["__doc__"] = property(_recorder("instance", "__doc__"))
    body["custom"] = Descriptor()
    body["method"] = lambda self, alpha, *, beta=1: None
    cls = type.__call__(HostileMeta, "Hostile", (base,), body)
    obj = base.__new__(cls)
    object.__setattr__(obj, "own", 5) if base is object else None
    calls.clear()
    return obj
