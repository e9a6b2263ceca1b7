"""Sets of texts: their order is that of the hash seed of the process, the same in every replay."""
# order of its own

seen = []
words = {"apple", "pear", "fig", "plum", "kiwi", "lime"}
for word in words:
    seen.append(word)
for word in words ^ {"fig", "cherry"}:
    seen.append(word)
seen.append(next(iter(frozenset(seen))))
seen
