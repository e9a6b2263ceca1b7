"""Exceptions: from, implicit context, suppressed context, and notes of where they came from."""


class AppError(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def low():
    return {}["missing"]


def middle():
    try:
        low()
    except KeyError as error:
        raise AppError(7, "middle failed") from error


def high(hide):
    try:
        middle()
    except AppError as error:
        if hide:
            raise RuntimeError("hidden") from None
        raise RuntimeError("shown") from error


story = []
for hide in (False, True):
    try:
        high(hide)
    except RuntimeError as error:
        chain = error
        while chain is not None:
            story.append(type(chain).__name__)
            chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
story
