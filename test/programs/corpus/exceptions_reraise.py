"""Exceptions: raised again, bare and by name, with a handler that fails itself."""

log = []


def again(kind):
    try:
        try:
            raise kind("first")
        except ValueError as error:
            log.append(str(error))
            raise
        except TypeError as error:
            kept = error
            raise kept
        except KeyError:
            int("not a number")
    except Exception as error:
        log.append(f"{type(error).__name__} after {type(error.__context__).__name__}")
        return type(error).__name__


names = [again(ValueError), again(TypeError), again(KeyError)]
(names, log)
