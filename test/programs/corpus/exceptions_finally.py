"""Exceptions: try, except, else and finally in every order of leaving."""

log = []


def leave(how):
    try:
        log.append(f"try {how}")
        if how == "return":
            return "returned"
        if how == "raise":
            raise ValueError(how)
        if how == "other":
            raise KeyError(how)
    except ValueError as error:
        log.append(f"except {error}")
        return "caught"
    else:
        log.append("else")
    finally:
        log.append(f"finally {how}")
    return "end"


results = [leave("return"), leave("raise"), leave("pass")]
try:
    leave("other")
except KeyError:
    results.append("out")
(results, log)
