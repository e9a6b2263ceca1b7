"""Open files, and descriptors that belong together, when a session goes back."""

import unittest

from timelines import TimelineCase, play


class Positions(TimelineCase):
    """Hazards 5 and 6."""

    def test_a_file_that_is_read_on_has_its_old_position_after_going_back(self) -> None:
        told = play(
            "f = open(folder + '/f', 'wb+'); f.write(bytes(range(256)) * 400); f.flush(); f.seek(100)\n"
            "import os; n = f.fileno(); os.lseek(n, 100, 0)",
            "seen['read'] = os.read(n, 3).hex(); os.lseek(n, 50000, 0)",
            "seen['read'] = os.read(n, 3).hex(); seen['number'] = n == f.fileno()",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"read": told.live["read"], "number": True})
        self.assertEqual(told.live["read"], bytes(range(100, 103)).hex())

    def test_a_text_file_goes_on_line_by_line(self) -> None:
        told = play(
            "open(folder + '/f', 'w').writelines(f'{i}\\n' for i in range(9000))\n"
            "f = open(folder + '/f'); first = [next(f) for _ in range(10)]",
            "list(f)",
            "seen['next'] = next(f); seen['left'] = len(list(f))",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"next": "10\n", "left": 8989})

    def test_a_file_without_a_name_is_opened_again(self) -> None:
        told = play(
            "import tempfile, os; f = tempfile.TemporaryFile(); f.write(b'0123456789'); f.seek(4)",
            "f.read()",
            "seen['rest'] = f.read().decode(); seen['cloexec'] = not os.get_inheritable(f.fileno())",
        )

        self.assertEqual(told.restored, {"rest": "456789", "cloexec": True})

    def test_duplicates_share_their_position_as_before_and_nothing_with_the_other_timeline(self) -> None:
        told = play(
            "import os; a = os.open(folder + '/f', os.O_RDWR | os.O_CREAT); os.write(a, b'abcdef'); os.lseek(a, 1, 0)\n"
            "b = os.dup(a); os.set_inheritable(b, True); c = os.open(folder + '/f', os.O_RDWR); os.lseek(c, 1, 0)",
            "os.lseek(a, 5, 0)",
            "os.read(a, 2); seen['of'] = [os.lseek(n, 0, 1) for n in (a, b, c)]; seen['b'] = os.get_inheritable(b)",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"of": [3, 3, 1], "b": True})

    def test_what_is_open_for_writing_is_named(self) -> None:
        told = play("r = open(folder + '/r', 'w'); r.close(); r = open(folder + '/r'); w = open(folder + '/w', 'w')", folder=self.folder)

        self.assertEqual([one["name"] for one in told.warnings], [self.folder + "/w"])
        self.assertIn("not taken back", told.warnings[0]["message"])

    def test_two_that_are_thawed_of_a_thawed_one_are_apart_as_well(self) -> None:
        told = play(
            "import os; f = open(folder + '/f', 'wb+', buffering=0); f.write(b'0123456789'); f.seek(2)",
            "f.read()",
            "f.seek(4); again(); f.seek(1, 1); again(); seen['rest'] = f.read().decode()",
            folder=self.folder,
        )

        self.assertEqual(told.restored, {"rest": "56789"})


class Pairs(TimelineCase):
    """Hazards 9 and 10, where both ends are in the session."""

    def test_what_is_under_way_in_a_pipe_comes_back_with_it(self) -> None:
        told = play(
            "import os; r, w = os.pipe(); os.write(w, b'ABC'); os.set_blocking(r, False)",
            "os.read(r, 3); os.write(w, b'other')",
            "seen['read'] = os.read(r, 9).decode(); os.write(w, b'mine'); seen['then'] = os.read(r, 9).decode()\n"
            "seen['blocking'] = [os.get_blocking(r), os.get_blocking(w)]; os.close(w); seen['end'] = os.read(r, 9).decode()",
        )

        self.assertEqual(told.restored, {"read": "ABC", "then": "mine", "blocking": [False, True], "end": ""})
        self.assertEqual(told.warnings, [])

    def test_a_large_pipe_is_copied_whole(self) -> None:
        told = play(
            "import os, fcntl; r, w = os.pipe(); fcntl.fcntl(w, 1031, 1 << 20); sent = os.write(w, os.urandom(1) * 700_000)",
            "os.read(r, 1 << 20)",
            "seen['read'] = len(os.read(r, 1 << 20)) == sent",
        )

        self.assertEqual(told.restored, {"read": True})

    def test_a_socket_pair_is_a_pair_of_its_own(self) -> None:
        told = play(
            "import socket; a, b = socket.socketpair(); a.send(b'one'); b.send(b'two')",
            "b.recv(9); a.recv(9); a.send(b'other'); a.close()",
            "seen['read'] = [b.recv(9).decode(), a.recv(9).decode()]; a.send(b'mine'); seen['then'] = b.recv(9).decode()",
        )

        self.assertEqual(told.restored, {"read": ["one", "two"], "then": "mine"})
        self.assertEqual(told.warnings, [])


if __name__ == "__main__":
    unittest.main()
