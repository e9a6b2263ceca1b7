"""Strings: joined, replaced, split, translated, built in loops, as bytes."""

words = "the quick brown fox jumps over the lazy dog".split()
counts = {}
for word in words:
    for letter in word:
        counts[letter] = counts.get(letter, 0) + 1
acronym = "".join(word[0].upper() for word in words)
table = str.maketrans("aeiou", "*****")
hidden = " ".join(words[:3]).translate(table)
text = ""
for index, word in enumerate(words):
    if index:
        text += ", " if index % 3 else "\n"
    text += word[::-1]
data = bytearray("größe", "utf-8")
data[0] ^= 0x20
(sorted(counts.items())[:4], acronym, hidden, text, bytes(data))
