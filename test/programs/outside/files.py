"""Files: written line by line, appended to, read back, renamed, removed, in folders that are made."""

import os
import pathlib
import shutil
import tempfile

seen = []
with open("journal.txt", "w") as journal:
    for number in range(6):
        journal.write(f"line {number}\n")
        seen.append(number)
with open("journal.txt", "a") as journal:
    print("appended", file=journal)
with open("journal.txt") as journal:
    for line in journal:
        seen.append(line)
os.mkdir("folder")
os.rename("journal.txt", "folder/kept.txt")
pathlib.Path("folder/extra.txt").write_text("extra")
seen.append(sorted(os.listdir("folder")))
os.remove("folder/extra.txt")
shutil.copy("folder/kept.txt", "copy.txt")
with tempfile.NamedTemporaryFile("w+", dir=".") as temporary:
    temporary.write("gone")
    temporary.seek(0)
    seen.append(temporary.read())
with open("copy.txt", "r+b", buffering=0) as raw:
    raw.seek(5)
    raw.write(b"X")
    seen.append(raw.tell())
descriptor = os.open("raw.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(descriptor, b"one\n")
os.write(descriptor, b"two\n")
os.close(descriptor)
seen.append(os.path.getsize("raw.txt"))
seen
