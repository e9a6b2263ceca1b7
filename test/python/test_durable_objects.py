"""Objects named by their content: written whole or not at all, once, and verified when they are read."""

import errno
import hashlib
import os
import random
import resource
import shutil
import signal
import tempfile
import unittest
from unittest import mock

import look_support  # noqa: F401 - makes `hindsight_worker` the package in the checkout
from hindsight_worker.durable import encoding, objects
from hindsight_worker.durable.failures import CheckpointDamaged, SaveFailed
from hindsight_worker.durable.objects import ObjectReader, ObjectWriter, path_of


class Encoding(unittest.TestCase):
    def test_gives_back_what_was_given_whatever_it_is(self) -> None:
        chooser = random.Random(1)
        for _ in range(400):
            size, item = chooser.randint(1, 20_000), chooser.choice([1, 2, 3, 4, 8, 12, 16, 32, 40])
            content = chooser.choice([chooser.randbytes(size), bytes(size), (bytes(range(256)) * 90)[:size]])

            stored = b"".join(encoding.encode(memoryview(content), item))

            self.assertEqual(encoding.decode(stored), content, (size, item))

    def test_neighbours_that_are_of_other_kinds_come_back_too(self) -> None:
        chooser = random.Random(7)
        kinds = [bytes(70_000), chooser.randbytes(70_000), bytes(range(256)) * 270, b"".join(n.to_bytes(8, "big") for n in range(9_000))]
        for _ in range(50):
            encoder = encoding.Encoder(chooser.choice([1, 2, 8]))
            for content in chooser.choices(kinds, k=4):
                stored = b"".join(encoder.encode(memoryview(content)))

                self.assertEqual(encoding.decode(stored, len(content)), content)
                self.assertLessEqual(len(stored), len(content) + 1)

    def test_numbers_of_few_digits_take_a_fraction(self) -> None:
        numbers = b"".join(number.to_bytes(8, "little") for number in random.Random(2).choices(range(500), k=8_192))

        stored = b"".join(encoding.encode(memoryview(numbers), 8))

        self.assertEqual(stored[0], 8)
        self.assertLess(len(stored), len(numbers) / 5)

    def test_what_does_not_get_smaller_stays_as_it_is(self) -> None:
        noise = random.Random(3).randbytes(60_000)

        self.assertEqual(b"".join(encoding.encode(memoryview(noise), 8)), b"\0" + noise)

    def test_a_file_that_is_none_of_ours_is_refused(self) -> None:
        for stored in (b"", b"\0", b"\1nothing", b"\x08\x78\x01", b"\x99abc"):
            with self.subTest(stored=stored), self.assertRaises(ValueError):
                encoding.decode(stored)


class Objects(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="hindsight-test-")
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, *contents: bytes) -> tuple[list[str], int]:
        writer = ObjectWriter(self.folder, lambda done: None)
        names: list[str] = []
        for content in contents:
            writer.add(content, 1, names.append)
        added = writer.finish()
        return names, added

    def files(self) -> list[str]:
        return sorted(os.path.join(root, name) for root, _, names in os.walk(self.folder) for name in names)

    def test_an_object_lies_under_the_sha256_of_its_content(self) -> None:
        names, _ = self.write(b"hello")

        self.assertEqual(names, [hashlib.sha256(b"hello").hexdigest()])
        self.assertEqual(self.files(), [path_of(self.folder, names[0])])
        self.assertEqual(ObjectReader(self.folder).read(names[0], 64), b"hello")

    def test_what_is_there_is_not_written_again(self) -> None:
        self.write(b"first" * 1000)
        (path,) = self.files()
        before = os.stat(path)

        _, added = self.write(b"first" * 1000, b"second")

        self.assertEqual((os.stat(path).st_mtime_ns, os.stat(path).st_ino), (before.st_mtime_ns, before.st_ino))
        self.assertEqual(added, len(b"second") + 1)

    def test_the_same_content_twice_in_one_save_is_one_object(self) -> None:
        names, added = self.write(*[b"same"] * 50)

        self.assertEqual(len(set(names)), 1)
        self.assertEqual(len(names), 50)
        self.assertEqual(added, 5)

    def test_a_damaged_object_is_refused_by_name(self) -> None:
        (name,), _ = self.write(random.Random(4).randbytes(1000))
        path = path_of(self.folder, name)
        reader = ObjectReader(self.folder)
        with open(path, "rb") as file:
            stored = file.read()
        damages = {"a bit": stored[:500] + bytes([stored[500] ^ 1]) + stored[501:], "cut": stored[:-1], "empty": b""}
        for what, content in damages.items():
            with self.subTest(what), open(path, "wb") as file:
                file.write(content)
                file.flush()
                with self.assertRaisesRegex(CheckpointDamaged, name):
                    reader.read(name, 64)
        os.unlink(path)
        with self.assertRaisesRegex(CheckpointDamaged, f"{name}.*No such file"):
            reader.read(name, 64)

    def test_a_full_disk_is_said_and_nothing_is_left(self) -> None:
        """The limit of a file's size stands in for it: the write fails in the middle."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGXFSZ, ignored)
        self.write(b"was there before")
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
        try:
            with self.assertRaisesRegex(SaveFailed, "cannot be written to: File too large"):
                self.write(random.Random(5).randbytes(200_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

        self.assertEqual(len(self.files()), 1)

    def test_no_space_is_told_in_words(self) -> None:
        def refuse(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with mock.patch.object(objects, "_write_all", refuse):
            with self.assertRaisesRegex(SaveFailed, "The disk of .* is full; nothing of this checkpoint was kept"):
                self.write(b"x")
        self.assertEqual(self.files(), [])

    def test_a_folder_that_cannot_be_made_is_said(self) -> None:
        with self.assertRaisesRegex(SaveFailed, "cannot be written to"):
            ObjectWriter("/dev/null/objects", lambda done: None)

    def test_a_writer_that_is_killed_leaves_whole_objects_only(self) -> None:
        self.write(b"old")
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            new = ObjectWriter(self.folder, lambda done: done >= 300_000 and os.write(writer, b"."))
            for number in range(10):
                new.add(random.Random(number).randbytes(50_000), 1, lambda name: None)
            signal.pause()
        os.read(reader, 1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        os.close(writer)

        named = [path for path in self.files() if not os.path.basename(os.path.dirname(path)).startswith("tmp-")]
        self.assertEqual(named, [path_of(self.folder, hashlib.sha256(b"old").hexdigest())])
        content = random.Random(3).randbytes(50_000)
        (name,), _ = self.write(content)
        self.assertEqual(ObjectReader(self.folder).read(name, 64), content)


if __name__ == "__main__":
    unittest.main()
