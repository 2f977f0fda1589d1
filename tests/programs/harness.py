"""harness.py - runs a program with and without curlew, and compares.

A case is a command and a script of what the server answers. Steps that begin
with "!" are faults: the program alone is not shown them; under curlew it is,
and must come to the very same end, with one request more for each. A script
without faults is the same for both, and so must be what the server got.

Compared byte by byte are the exit status, what was printed, the files in the
folder the program ran in, and the requests.

    test_NAME.py DROPIN [--audit LIBRARY] [--command FILE]
        [--asan-runtime LIBRARY]... [--env NAME=VALUE]... [--only WORD]

Prints results as cmocka does; the exit status is 1 if one failed.
"""

import argparse
import concurrent.futures
import dataclasses
import difflib
import hashlib
import os
import pathlib
import re
import shlex
import signal
import string
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable

from servers import PATH, Servers

TIMEOUT_S = 30
QUICK = "backoff.base=1ms; backoff.jitter=none"  # no test waits really
SHOWN = 2000  # bytes; what is longer is told by its hash and its beginning

# What chance puts into requests.
RANDOM = [
    (r'cnonce="[^"]*", nc=\w+, (.*) response="[^"]*"', r"\1"),  # of Digest
    (r"-{24}[0-9a-f]{16}", "BOUNDARY"),  # of multipart/form-data
]


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    command: tuple[str, ...]  # with $url and the like, see Servers.names()
    steps: tuple[str, ...]
    status: int = 0  # of the program alone
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)
    stdin: bytes | None = None  # comes through a pipe
    body: bytes | None = None  # that the last request must bring
    env: dict[str, str] = dataclasses.field(default_factory=dict)

    def check(self, stage: "Stage") -> None:
        """Raises AssertionError, with what is different."""
        alone = self.play(stage, "a", {})
        under = self.play(stage, "b", stage.environment(self.env))

        assert alone.result.status == self.status, self.tell(
            stage, f"exit status {self.status} was expected", alone.render())
        assert alone.requests, "the server was not asked"
        difference = list(difflib.unified_diff(
            alone.render(), under.render(), "alone", "under curlew",
            lineterm=""))
        assert not difference, self.tell(stage, "it differs", difference)
        self.count(stage, alone, under)
        if self.body is not None:
            whole = ("yes", hashlib.sha256(self.body).hexdigest())
            last = under.requests[-1]
            assert (last["complete"], last["sha256"]) == whole, self.tell(
                stage, "the last body is not whole", under.render())

    def count(self, stage: "Stage", alone: "Exchange", under: "Exchange",
              ) -> None:
        """The server was asked once more for each fault."""
        faults = sum(step.startswith("!") for step in self.steps)
        extra = len(under.requests) - len(alone.requests)
        assert extra == faults, self.tell(
            stage, f"{extra} requests more than alone, not {faults}",
            under.render())

    def tell(self, stage: "Stage", what: str, lines: list[str]) -> str:
        command = shlex.join(self.fill(stage, "b", self.command))
        steps = " & ".join(self.steps)
        return "\n".join([what, "ran: " + command, "met: " + steps, *lines])

    def fill(self, stage: "Stage", run: str, texts: tuple[str, ...],
             ) -> list[str]:
        names = stage.servers.names(f"{self.name}-{run}")
        return [string.Template(text).substitute(names) for text in texts]

    def play(self, stage: "Stage", run: str, environment: dict[str, str],
             ) -> "Exchange":
        key = f"{self.name}-{run}"
        steps = shown(self.steps, run)
        stage.servers.arrange(key, self.fill(stage, run, steps))
        result = execute(self.fill(stage, run, self.command), environment,
                         self.files, self.stdin)
        return Exchange(key, result, stage.servers.requests(key))


def shown(steps: tuple[str, ...], run: str) -> tuple[str, ...]:
    """What a run meets: faults are for the second alone."""
    return tuple(step.removeprefix("!") for step in steps
                 if run == "b" or not step.startswith("!"))


@dataclasses.dataclass(frozen=True)
class Check:
    """A test that is more than a comparison."""

    name: str
    function: Callable[["Stage"], None]

    def check(self, stage: "Stage") -> None:
        self.function(stage)


@dataclasses.dataclass(frozen=True)
class Stage:
    """What all tests of a run share."""

    servers: Servers
    dropin: str
    audit: str | None
    asan_runtime: list[str]  # what the drop-in needs loaded before it
    more: dict[str, str]
    command: str | None = None  # curlew, as it is built

    def environment(self, more: dict[str, str] | None = None,
                    ) -> dict[str, str]:
        """What puts a program under curlew."""
        environment = {
            "LD_PRELOAD": " ".join([*self.asan_runtime, self.dropin]),
            "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
            "CURLEW_SET": QUICK,
        }
        if self.audit:
            environment["LD_AUDIT"] = self.audit
        return environment | self.more | (more or {})


@dataclasses.dataclass(frozen=True)
class Result:
    """What a program left."""

    status: int
    stdout: bytes
    stderr: bytes
    files: dict[str, bytes]


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A result, and what the server got meanwhile."""

    key: str
    result: Result
    requests: list[dict]

    def render(self) -> list[str]:
        """As lines that can be compared; a request that is the same as the
        one before is left out."""
        lines = [f"exit status: {self.result.status}"]
        lines += self.render_data("stdout", self.result.stdout)
        lines += self.render_data("stderr", self.result.stderr)
        for name, data in sorted(self.result.files.items()):
            lines += self.render_data(f"file {name}", data)

        before = None
        for request in self.requests:
            shown = self.render_request(request)
            if shown != before:
                lines += shown
            before = shown
        return lines

    def render_request(self, request: dict) -> list[str]:
        head = [f"{request['method']} {request['target']} "
                f"{request['version']}"]
        head += [f"{name}: {value}" for name, value in request["headers"]]
        data = "\n".join([*head, "", request["body"]])
        for pattern, replacement in RANDOM:
            data = re.sub(pattern, replacement, data)
        return self.render_data(
            f"request, complete={request['complete']}", data.encode("latin-1"))

    def render_data(self, title: str, data: bytes) -> list[str]:
        data = data.replace(self.key.encode(), b"KEY")
        lines = [f"{title}: {len(data)} bytes"]
        if len(data) > SHOWN:
            lines.append("  SHA-256 " + hashlib.sha256(data).hexdigest())
            data = data[:SHOWN // 10] + b"..."
        text = data.decode("latin-1")
        return lines + [f"  {line!r}" for line in text.splitlines(True)]


def execute(command: list[str], environment: dict[str, str],
            files: dict[str, bytes], stdin: bytes | None) -> Result:
    """Runs a program in a folder of its own, with |files| there."""
    with tempfile.TemporaryDirectory(prefix="curlew-run-") as name:
        folder = pathlib.Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        source = {"input": stdin} if stdin is not None else {
            "stdin": subprocess.DEVNULL}
        run = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=TIMEOUT_S,
            env={"PATH": PATH, "HOME": name, "LC_ALL": "C", **environment},
            **source)
        left = {str(file.relative_to(folder)): file.read_bytes()
                for file in folder.rglob("*") if file.is_file()}
    return Result(run.returncode, run.stdout, run.stderr, left)


def attempt(test: Case | Check, stage: Stage) -> str | None:
    """Why |test| fails."""
    try:
        test.check(stage)
    except (AssertionError, OSError, ValueError,
            subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def run_all(tests: list[Case | Check], stage: Stage) -> int:
    names = [test.name for test in tests]
    assert len(set(names)) == len(names), "a name is there twice"
    print(f"[==========] Running {len(tests)} test(s).", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        complaints = pool.map(lambda test: attempt(test, stage), tests)
        for test, complaint in zip(tests, complaints):
            if complaint:
                failed += 1
                print(complaint)
            word = "[  FAILED  ]" if complaint else "[       OK ]"
            print(word, test.name, flush=True)
    print(f"[==========] {len(tests)} test(s) run, {failed} failed.")
    return 1 if failed or not tests else 0


def main(tests: Iterable[Case | Check]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("dropin", type=os.path.abspath)
    parser.add_argument("--audit", type=os.path.abspath)
    parser.add_argument("--command", type=os.path.abspath)
    parser.add_argument("--asan-runtime", type=os.path.abspath,
                        action="append", default=[])
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    chosen = [test for test in tests if options.only in test.name]
    with Servers() as servers:
        stage = Stage(servers, options.dropin, options.audit,
                      options.asan_runtime,
                      dict(word.split("=", 1) for word in options.env),
                      options.command)
        status = run_all(chosen, stage)
    sys.exit(status)
