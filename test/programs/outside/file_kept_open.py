"""Files: one that stays open and is written to between many steps, flushed now and then."""

seen = []


def note(journal, text):
    journal.write(text + "\n")
    seen.append(journal.tell())


journal = open("open.txt", "w")
for number in range(30):
    note(journal, f"entry {number}")
    if number % 10 == 9:
        journal.flush()
        with open("open.txt") as copy:
            seen.append(len(copy.read()))
journal.close()
seen
