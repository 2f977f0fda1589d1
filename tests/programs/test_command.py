#!/usr/bin/env python3
"""test_command.py - programs that `curlew run` starts."""

import json
import pathlib
import sys
import tempfile

sys.dont_write_bytecode = True

from harness import QUICK, Case, Check, Exchange, Stage, main  # noqa: E402
from modes import BUSY, FINE  # noqa: E402

CLIENTS = pathlib.Path(__file__).parent / "clients"
CURL = ("curl", "-sS", "-f", "$url")
PHP = ("php", "-n", "-d", "extension=curl", str(CLIENTS / "fetch.php"), "$url")
CTYPES = ("/usr/bin/python3", str(CLIENTS / "fetch_ctypes.py"), "$url")


def run(stage: Stage, name: str, options: tuple[str, ...],
        program: tuple[str, ...], steps: tuple[str, ...]) -> Exchange:
    """As a user types it: without a variable set."""
    command = (stage.command, "run", "-s", QUICK, *options, "--", *program)
    return Case(name, command, steps).play(stage, "b", {})


def expect_same(stage: Stage, name: str, options: tuple[str, ...],
                program: tuple[str, ...], faults: tuple[str, ...],
                *answers: str) -> None:
    """The faults are not seen, and what is left is the same as alone."""
    alone = Case(name, program, answers).play(stage, "a", {})
    under = run(stage, name, options, program, (*faults, *answers))
    assert alone.render() == under.render(), under.render()
    extra = len(under.requests) - len(alone.requests)
    assert extra == len(faults), under.render()


def curl_is_retried(stage: Stage) -> None:
    expect_same(stage, "curl_is_retried", (), CURL, (BUSY, BUSY), FINE)


def its_failure_is_passed_on(stage: Stage) -> None:
    expect_same(stage, "its_failure_is_passed_on", (), CURL, (BUSY,), "404")


def its_own_complaint_is_passed_on(stage: Stage) -> None:
    expect_same(stage, "its_own_complaint_is_passed_on", (),
                (*CURL, "--no-such-option"), (), FINE)


def a_policy_is_used(stage: Stage) -> None:
    under = run(stage, "a_policy_is_used", ("-p", "none"), CURL, (BUSY, FINE))
    assert under.result.status == 22, under.render()
    assert len(under.requests) == 1, under.render()


def settings_are_used(stage: Stage) -> None:
    expect_same(stage, "settings_are_used",
                ("-s", "status.404=retry", "--set", "limits.attempts=6"),
                CURL, ("404",) * 5, FINE)


def a_trace_is_written(stage: Stage) -> None:
    with tempfile.NamedTemporaryFile() as trace:
        run(stage, "a_trace_is_written", ("-t", trace.name), CURL,
            (BUSY, FINE))
        kinds = [json.loads(line)["curlew.event"] for line in trace]
    assert kinds == ["attempt", "answer", "wait", "attempt", "answer",
                     "end"], kinds


def php_is_reached_without_more_ado(stage: Stage) -> None:
    expect_same(stage, "php_is_reached_without_more_ado", (), PHP, (BUSY,),
                FINE)


def a_script_of_php_is_reached(stage: Stage) -> None:
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "fetch it"
        script.write_text("#!/usr/bin/env -S php -n -d extension=curl\n"
                          + (CLIENTS / "fetch.php").read_text())
        script.chmod(0o755)
        expect_same(stage, "a_script_of_php_is_reached", (),
                    (str(script), "$url"), (BUSY,), FINE)


def ctypes_is_reached_in_the_deep(stage: Stage) -> None:
    expect_same(stage, "ctypes_is_reached_in_the_deep", ("--deep",), CTYPES,
                (BUSY,), FINE)


def ctypes_is_not_reached_else(stage: Stage) -> None:
    expect_same(stage, "ctypes_is_not_reached_else", (), CTYPES, (), BUSY)


TESTS = tuple(
    Check(function.__name__, function) for function in (
        curl_is_retried, its_failure_is_passed_on,
        its_own_complaint_is_passed_on, a_policy_is_used, settings_are_used,
        a_trace_is_written, php_is_reached_without_more_ado,
        a_script_of_php_is_reached, ctypes_is_reached_in_the_deep,
        ctypes_is_not_reached_else))

if __name__ == "__main__":
    main(TESTS)
