"""Arguments: star, keyword-only, positional-only, defaults that are kept, unpacking in calls."""


def everything(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, sorted(kwargs.items())


def remember(item, kept=[]):  # noqa: B006
    kept.append(item)
    return list(kept)


options = {"d": 1, "x": 9}
calls = [
    everything(1, d=0),
    everything(
        1,
        2,
        3,
        *range(2),
        **options,
    ),
    everything(*"ab", d=[*range(3)], **{"e": 6}),
]
remembered = [remember(1), remember(2)]
try:
    everything(a=1, d=2)
except TypeError:
    calls.append("refused")
(calls, remembered)
