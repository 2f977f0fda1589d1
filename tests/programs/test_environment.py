#!/usr/bin/env python3
"""test_environment.py - CURLEW_POLICY, CURLEW_SET and CURLEW_TRACE, and a
trace that several programs write at once."""

import concurrent.futures
import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True

from harness import QUICK, Case, Check, Exchange, Stage, main  # noqa: E402
from modes import BUSY, BUSY_SOON, FINE  # noqa: E402

CURL = ("curl", "-sS")
GET = (*CURL, "$url")
POST = (*CURL, "-d", "x=1", "$url")
FORK = ("/usr/bin/python3",
        str(pathlib.Path(__file__).parent / "clients" / "fetch.py"), "$url",
        "fork")
LONG = "long" * 1200  # a line of the trace is longer than any buffer
PROGRAMS = 8
TRANSFERS = 5

CASES = (
    Case("policy_by_name", POST, ("!" + BUSY, FINE),
         env={"CURLEW_POLICY": "integration"}),
    Case("policy_none", GET, (BUSY,), env={"CURLEW_POLICY": "none"}),
    Case("setting", GET, ("!404", FINE),
         env={"CURLEW_SET": QUICK + "; status.404=retry"}),
    Case("empty_is_unset", GET, ("200",),
         env={"CURLEW_POLICY": "", "CURLEW_SET": "", "CURLEW_TRACE": ""}),
)


def run_with(stage: Stage, name: str, command: tuple[str, ...],
             steps: tuple[str, ...], **variables: str) -> Exchange:
    case = Case(name, command, steps)
    return case.play(stage, "b", stage.environment(variables))


def policy_of_a_file(stage: Stage) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
        file.write("extends = default\n[status]\n404 = retry\n")
        file.flush()
        under = run_with(stage, "policy_of_a_file", GET, ("404", FINE),
                         CURLEW_POLICY=file.name)
    assert under.result.stdout == b"fine\nand whole\n", under.render()
    assert len(under.requests) == 2, under.render()


def expect_refusal(under: Exchange, word: bytes) -> None:
    """One line of curlew's, and nothing is sent."""
    assert under.result.status == 2, under.render()
    assert not under.requests, under.render()
    told = [line for line in under.result.stderr.splitlines()
            if line.startswith(b"curlew: ")]
    assert len(told) == 1 and word in told[0], under.render()


def no_such_policy(stage: Stage) -> None:
    expect_refusal(
        run_with(stage, "no_such_policy", (*GET, "$url"), (FINE,),
                 CURLEW_POLICY="no-such-policy"), b"no-such-policy")


def no_such_setting(stage: Stage) -> None:
    expect_refusal(
        run_with(stage, "no_such_setting", (*GET, "$url"), (FINE,),
                 CURLEW_SET="limits.hurry=1"), b"hurry")


def trace_to_nowhere(stage: Stage) -> None:
    under = run_with(stage, "trace_to_nowhere", GET, (FINE,),
                     CURLEW_TRACE="/no/such/folder/trace")
    assert under.result.status == 0, under.render()
    assert under.result.stdout == b"fine\nand whole\n", under.render()
    assert b"/no/such/folder/trace" in under.result.stderr, under.render()


def read_trace(data: bytes) -> list[dict]:
    assert data.endswith(b"\n"), data[-200:]
    return [json.loads(line) for line in data.splitlines()]


def outline(events: list[dict], key: str) -> list[tuple]:
    """What is the same in each run, of the events about |key|."""
    return [(event["curlew.event"], event["curlew.attempt"],
             event.get("http.response.status_code"),
             event["url.full"].replace(key, "KEY"))
            for event in events if f"/{key}/" in event["url.full"]]


def trace_on_stderr(stage: Stage) -> None:
    under = run_with(stage, "trace_on_stderr", GET, (BUSY, FINE),
                     CURLEW_TRACE="stderr")
    kinds = [event["curlew.event"] for event in
             read_trace(under.result.stderr)]
    assert under.result.stdout == b"fine\nand whole\n", under.render()
    assert kinds == ["attempt", "answer", "wait", "attempt", "answer",
                     "end"], under.render()


def many_programs_one_trace(stage: Stage) -> None:
    """Each of them repeats each transfer; lines are long."""
    urls = tuple(f"$url/{n}/{LONG}" for n in range(TRANSFERS))
    names = [f"trace_{n}" for n in range(PROGRAMS)]

    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace"
        trace.write_text('{"url.full":"was there before"}\n')
        with concurrent.futures.ThreadPoolExecutor(PROGRAMS) as pool:
            runs = [pool.submit(run_with, stage, name, (*CURL, *urls),
                                (BUSY_SOON, FINE) * TRANSFERS,
                                CURLEW_TRACE=str(trace)) for name in names]
        for run in runs:
            assert len(run.result().requests) == 2 * TRANSFERS
        events = read_trace(trace.read_bytes())

    outlines = [outline(events, name + "-b") for name in names]
    assert len(outlines[0]) == 6 * TRANSFERS, outlines[0]
    assert all(each == outlines[0] for each in outlines), outlines
    assert len(events) == 6 * TRANSFERS * PROGRAMS + 1, len(events)


def fork_and_trace(stage: Stage) -> None:
    """The child's events are there too, and nobody's twice."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace"
        under = run_with(stage, "fork_and_trace", FORK,
                         ("503", FINE) * 3, CURLEW_TRACE=str(trace))
        events = read_trace(trace.read_bytes())
    ends = [event["url.full"].rpartition("/")[2] for event in events
            if event["curlew.event"] == "end"]
    assert b"child: 0" in under.result.stdout, under.render()
    assert len(events) == 18, events
    assert ends == ["fork_and_trace-b", "child", "parent"], events


CHECKS = tuple(
    Check(function.__name__, function) for function in (
        policy_of_a_file, no_such_policy, no_such_setting, trace_to_nowhere,
        trace_on_stderr, many_programs_one_trace, fork_and_trace))

if __name__ == "__main__":
    main((*CASES, *CHECKS))
