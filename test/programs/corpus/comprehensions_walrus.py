"""Comprehensions: assignment expressions, conditional values, multi-line layouts."""


def score(text):
    return len(text) * 2


words = ["tree", "a", "river", "of"]
long_scores = [
    value
    for word in words
    if (value := score(word)) > 4
]
labels = {
    word: "long" if len(word) > 3 else "short"
    for word in words
}
running = 0
sums = [running := running + len(word) for word in words]
(long_scores, labels, sums, value, running)
