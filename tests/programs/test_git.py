#!/usr/bin/env python3
"""test_git.py - git over http. It is git-remote-http that has libcurl, that of
GnuTLS, and drives the multi interface with select()."""

import dataclasses
import pathlib
import sys

sys.dont_write_bytecode = True

from git_server import GIT, GitServer  # noqa: E402
from harness import (  # noqa: E402
    QUICK, Case, Check, Exchange, Stage, main, shown,
)

SCRIPT = pathlib.Path(__file__).parent / "clients" / "use_git.sh"
BUSY = "503;Retry-After=0;body=come back%0A"
LIMITED = "429;Retry-After=0"
REFS = "/info/refs?service=git-upload-pack"


# The requests of a clone: GET info/refs, POST ls-refs, POST fetch. Those of a
# push: GET info/refs, POST git-receive-pack.
CLONED = (GIT, GIT, GIT)


class Unordered(Exchange):
    """Of several requests at once, which and how is git's affair."""

    def render(self) -> list[str]:
        return Exchange(self.key, self.result, []).render()

    def repetitions(self) -> int:
        targets = [request["target"] for request in self.requests]
        return len(targets) - len(set(targets))


@dataclasses.dataclass(frozen=True)
class GitCase(Case):
    """Alone git fails at the first fault that it is shown."""

    def check(self, stage: Stage) -> None:
        stage = dataclasses.replace(stage, servers=SERVER)
        super().check(stage)
        if any(step.startswith("!") for step in self.steps):
            faulty = dataclasses.replace(self, steps=shown(self.steps, "b"))
            failed = faulty.play(stage, "c", {})
            assert failed.result.status, self.tell(
                stage, "alone it does not fail", failed.render())


@dataclasses.dataclass(frozen=True)
class UnorderedCase(GitCase):
    def play(self, stage: Stage, run: str, environment: dict[str, str],
             ) -> Unordered:
        exchange = super().play(stage, run, environment)
        return Unordered(exchange.key, exchange.result, exchange.requests)

    def count(self, stage: Stage, alone: Unordered, under: Unordered) -> None:
        faults = sum(step.startswith("!") for step in self.steps)
        extra = under.repetitions() - alone.repetitions()
        assert extra == faults, self.tell(
            stage, f"{extra} repetitions, not {faults}", under.render())


def case(name: str, *steps: str, words: str = "",
         kind: type[GitCase] = GitCase, **more) -> GitCase:
    """|words| are the command, if not the first word of the name."""
    command = words.split() or [name.split("_")[0], "$url"]
    return kind(name, ("sh", str(SCRIPT), "$repository", *command), steps,
                **more)


CLONE = (
    case("clone", GIT),
    case("clone_busy_refs", "!" + BUSY, GIT),
    case("clone_busy_ls", GIT, "!" + BUSY, GIT),
    case("clone_busy_fetch", GIT, GIT, "!" + BUSY, GIT),
    case("clone_limited", "!" + LIMITED, GIT, "!" + LIMITED, GIT,
         "!" + LIMITED, GIT),
    case("clone_all_busy", "!503", "!" + BUSY, "!502", GIT, "!" + BUSY,
         "!" + LIMITED, GIT, "!" + BUSY, "!" + BUSY, "!" + BUSY, GIT),
    case("clone_closed", "!close", GIT),
    case("clone_reset", "!reset", "!504;size=300000", GIT),
    case("clone_busy_large", "!503;size=300000;chunked", GIT,
         "!503;size=300000;chunked;Retry-After=0", GIT),
    case("clone_old_protocol", "!" + BUSY, GIT, "!" + BUSY, GIT,
         words="clone $url -c protocol.version=0"),
    case("clone_shallow", "!" + BUSY, GIT, "!" + BUSY, GIT, "!" + BUSY, GIT,
         words="clone $url --depth 3"),
    # What the policy does not repeat.
    case("clone_missing", "404", status=128),
    case("clone_exhausted", "!503", "!503", "!503", "503", status=128),
    case("clone_bad_gateway", GIT, "502", status=128),
    # libcurl sends it again by itself.
    case("clone_kept_connection_lost", GIT, GIT, "reset",
         env={"CURLEW_SET": QUICK + "; methods.silent-resend=libcurl"}),
    case("clone_broken_off", GIT, GIT, "200;size=1000;cut=100", status=128),
)
MOVED = (
    case("moved", "302;Location=$url" + REFS, words="clone $moved"),
    case("moved_busy", "!" + BUSY, "301;Location=$url" + REFS, "!502", GIT,
         "!" + BUSY, GIT, words="clone $moved"),
    case("moved_to_other_port", "!close", "302;Location=$other" + REFS,
         "!" + BUSY, GIT, GIT, "!" + BUSY, GIT, words="clone $moved"),
    case("moved_unfollowed", "!" + BUSY, "302;Location=$url" + REFS,
         words="clone $moved -c http.followRedirects=false", status=128),
    case("moved_late", GIT, "302;Location=$other/git-upload-pack", status=128,
         words="clone $url"),
    case("moved_late_followed", GIT, "!" + BUSY,
         "307;Location=$other/git-upload-pack", "!" + BUSY, GIT,
         words="clone $url -c http.followRedirects=true"),
)
FETCH = (
    case("fetch", GIT),
    case("fetch_busy", *CLONED, "!503", GIT, "!" + BUSY, GIT, "!" + LIMITED,
         GIT),
    case("fetch_closed", *CLONED, "!close", GIT, "!" + BUSY, GIT, GIT),
    case("fetch_bad_gateway", *CLONED, GIT, GIT, "502", status=128),
)
PUSH = (
    case("push", GIT),
    case("push_busy", *CLONED, "!503", GIT, "!" + BUSY, GIT),
    case("push_limited", *CLONED, "!close", GIT, "!" + LIMITED, "!" + LIMITED,
         GIT),
    case("push_bad_gateway", *CLONED, GIT, "502", status=1),
    case("push_busy_for_good", *CLONED, GIT, "503", status=1),
    # In chunks, which git cannot rewind, after a request that asks whether it
    # may send them.
    case("push_chunked", *CLONED, GIT, "!" + BUSY, "!" + LIMITED, GIT, GIT,
         words="push $url -c http.postBuffer=131072"),
)
DUMB = (
    case("dumb", GIT, kind=UnorderedCase),
    case("dumb_busy", "!503", GIT, "!close", *[GIT] * 10, "!" + BUSY,
         *[GIT] * 5, "!502", "!" + LIMITED, *[GIT] * 10, "!reset",
         kind=UnorderedCase),
    case("dumb_one_by_one", "!503", GIT, "!close", *[GIT] * 10, "!" + BUSY,
         words="dumb $url -c http.maxRequests=1"),
)


def play_both(stage: Stage, case: GitCase) -> tuple[Exchange, Exchange]:
    stage = dataclasses.replace(stage, servers=SERVER)
    return (case.play(stage, "a", {}),
            case.play(stage, "b", stage.environment()))


def push_that_cannot_be_rewound(stage: Stage) -> None:
    """It ends as alone, though git says one thing more."""
    alone, under = play_both(stage, case(
        "push_that_cannot_be_rewound", *CLONED, GIT, GIT, BUSY,
        words="push $url -c http.postBuffer=131072"))
    said = under.result.stderr.replace(
        b"error: unable to rewind rpc post data - try increasing "
        b"http.postBuffer\n", b"")
    assert alone.result.status == under.result.status == 1, under.render()
    assert alone.result.stderr.replace(
        alone.key.encode(), under.key.encode()) == said, under.render()
    assert len(alone.requests) == len(under.requests) == 6, under.render()


def clone_kept_connection_guarded(stage: Stage) -> None:
    """A POST that may have been processed is not sent twice in silence."""
    alone, under = play_both(stage, case(
        "clone_kept_connection_guarded", GIT, GIT, "reset",
        words="clone $url"))
    assert (alone.result.status, len(alone.requests)) == (0, 4), alone.render()
    assert (under.result.status, len(under.requests)) == (
        128, 3), under.render()


CHECKS = tuple(
    Check(function.__name__, function) for function in (
        push_that_cannot_be_rewound, clone_kept_connection_guarded))

if __name__ == "__main__":
    with GitServer() as SERVER:
        main((*CLONE, *MOVED, *FETCH, *PUSH, *DUMB, *CHECKS))
