#!/usr/bin/env python3
"""cover.py FILE [FOLDER]... - tell what gcovr found, by folder of lib/.

FILE is JSON as gcovr writes it. What is not taken is listed of core, which has
to be taken completely, and of each FOLDER; the exit status says whether it is.
"""

import json
import pathlib
import sys

FOLDERS = ["core", "policy", "client", "dropin"]
COMPLETE = "core"


class Folder:
    """What there is to take, what was taken, and where the rest is."""

    def __init__(self):
        self.lines = [0, 0]
        self.branches = [0, 0]
        self.missing = []

    def add(self, path: str, line: dict, text: str) -> None:
        taken = [branch["count"] > 0 for branch in line["branches"]]
        self.lines[0] += 1
        self.lines[1] += line["count"] > 0
        self.branches[0] += len(taken)
        self.branches[1] += sum(taken)
        if line["count"] > 0 and all(taken):
            return
        what = "line"
        if line["count"] > 0:
            what = f"{taken.count(False)} of {len(taken)} branches"
        self.missing.append(
            f"{path}:{line['line_number']}: {what}: {text.strip()}")

    def is_complete(self) -> bool:
        # nothing at all would be too easy
        return self.lines[0] > 0 and not self.missing


def read(report: dict) -> dict[str, Folder]:
    folders = {name: Folder() for name in FOLDERS}
    for file in report["files"]:
        path = pathlib.Path(file["file"])
        text = path.read_text(encoding="utf-8").splitlines()
        folder = folders[path.parts[1]]
        for line in file["lines"]:
            if not line["gcovr/noncode"]:
                folder.add(str(path), line, text[line["line_number"] - 1])
    return folders


def share(counts: list[int]) -> str:
    # rounded down: 100 is all of them
    permille = 1000 * counts[1] // counts[0] if counts[0] else 0
    return f"{counts[1]:5} of {counts[0]:5} {permille / 10:6.1f} %"


def main(file: str, *listed: str) -> int:
    for name in listed:
        if name not in FOLDERS:
            print(f"no folder of lib/: {name}", file=sys.stderr)
            return 2
    report = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
    folders = read(report)

    for name in FOLDERS:
        if name == COMPLETE or name in listed:
            for what in folders[name].missing:
                print("not taken:", what)
    print(f"{'':8}{'lines':^24}{'branches':^24}".rstrip())
    for name, folder in folders.items():
        print(f"{name:8}{share(folder.lines)}{share(folder.branches)}")
    if folders[COMPLETE].is_complete():
        return 0
    print(f"{COMPLETE} is not taken completely")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
