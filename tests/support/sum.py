#!/usr/bin/env python3
"""sum.py NAME STATUS LOG [NAME STATUS LOG]... - add up runs of meson test.

Each run has a name, the exit status of meson and its log of JSON lines. A
program written with cmocka counts with each of its cases, any other as one.
A test that was skipped has failed: everything here can run everywhere. So has
a run without tests.

The last line printed is "N passed, N failed"; the exit status says the same.
"""

import json
import pathlib
import re
import sys

CASE = re.compile(r"^\[ +(OK|FAILED|SKIPPED) +\] (\w+)$", re.MULTILINE)


def count(test: dict) -> tuple[int, list[str]]:
    """The number of cases that passed, and those that did not."""
    cases = CASE.findall(test.get("stdout", ""))
    passed = sum(1 for result, _ in cases if result == "OK")
    failed = [f"{case} {result}" for result, case in cases if result != "OK"]

    if test["result"] == "OK":
        return (passed if cases else 1), failed
    return passed, failed or [test["result"]]


def count_run(name: str, status: str, log: str) -> tuple[int, list[str]]:
    passed, failed = 0, []
    path = pathlib.Path(log)
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            test = json.loads(line)
            good, bad = count(test)
            passed += good
            failed += [f"{name}: {test['name']}: {what}" for what in bad]

    if passed == 0 and not failed:
        failed.append(f"{name}: no test ran")
    elif status != "0" and not failed:
        failed.append(f"{name}: meson test ended with {status}")
    return passed, failed


def main(args: list[str]) -> int:
    passed, failed = 0, []
    for name, status, log in zip(args[0::3], args[1::3], args[2::3]):
        good, bad = count_run(name, status, log)
        print(f"{name}: {good} passed, {len(bad)} failed")
        passed += good
        failed += bad

    for what in failed:
        print("failed:", what)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
