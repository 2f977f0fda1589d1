"""crowd.py - many requests at once, in whichever order the server gets them.

Each has a script of its own, so that it does not matter which comes first: the
program asks for $url-NAME, and meets the steps of NAME.
"""

import collections
import dataclasses

from harness import Case, Exchange, Stage, execute, shown

Scripts = dict[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class Crowd(Case):
    scripts: Scripts = dataclasses.field(default_factory=dict)

    def count(self, stage: Stage, alone: Exchange, under: Exchange) -> None:
        """Each of them was sent once more for each of its own faults."""
        before, after = by_name(alone), by_name(under)
        for name, steps in self.scripts.items():
            faults = sum(step.startswith("!") for step in steps)
            extra = after[name] - before[name]
            assert before[name], self.tell(
                stage, f"{name} was not asked for", alone.render())
            assert extra == faults, self.tell(
                stage, f"{name}: {extra} requests more than alone, not "
                f"{faults}", under.render())

    def play(self, stage: Stage, run: str, environment: dict[str, str],
             ) -> Exchange:
        key = f"{self.name}-{run}"
        for name, steps in self.scripts.items():
            stage.servers.arrange(
                f"{key}-{name}", self.fill(stage, run, shown(steps, run)))
        result = execute(self.fill(stage, run, self.command), environment,
                         self.files, self.stdin)
        return Exchange(key, result, [
            request for name in self.scripts
            for request in stage.servers.requests(f"{key}-{name}")])


def by_name(exchange: Exchange) -> collections.Counter[str]:
    """How many requests there were for each script."""
    return collections.Counter(
        request["target"].split("/")[2].removeprefix(exchange.key + "-")
        for request in exchange.requests)


def crowd(name: str, command: tuple[str, ...], scripts: Scripts, **more,
          ) -> Crowd:
    told = tuple(f"{name}: {step}" for name, steps in scripts.items()
                 for step in steps)
    return Crowd(name, command, told, scripts=scripts, **more)
