"""Commands as real processes that are really killed, at any step that they take on files."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hashtagger.model import CARD, load

# A process that has imported what takes long, and forks a command for each line that it reads. A command
# that is to die counts its steps on files (opened, made, moved, removed) and kills itself before the n-th.
COMMANDER = """
import json, os, resource, signal, sys
import gensim.models, pandas, sklearn.decomposition
import hashtagger.adding, hashtagger.cli, hashtagger.removing

STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"}

def begin(arguments, cache, kill_before, largest_file, log):
    os.environ["HASHTAGGER_CACHE"] = cache
    with open(log, "ab") as lines:
        os.dup2(lines.fileno(), 2)
        os.dup2(lines.fileno(), 1)
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    steps = 0
    def count(event, _):
        nonlocal steps
        steps += event in STEPS
        if event in STEPS and steps == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    sys.argv = ["hashtagger", *arguments]
    try:
        hashtagger.cli.main()
    except SystemExit as end:
        os.write(2, f"steps {steps}\\n".encode())
        os._exit(end.code or 0)

for line in sys.stdin:
    jobs = json.loads(line)
    children = []
    for job in jobs:
        if not (child := os.fork()):
            begin(**job)
        children.append(child)
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]), flush=True)
"""


class Commander:
    """Runs commands of hashtagger as processes."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process, self.log, self.cache = process, folder / "log", folder / "cache"

    def __call__(self, *jobs: list[object], kill_before: int = 0, largest_file: int = 0) -> list[int]:
        """Run each of `jobs`, all at once; return their exit codes, -9 where killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.log.unlink(missing_ok=True)
        how = {"kill_before": kill_before, "largest_file": largest_file}
        how |= {"log": str(self.log), "cache": str(self.cache)}
        print(
            json.dumps([{"arguments": [str(a) for a in job], **how} for job in jobs]),
            file=self.process.stdin, flush=True,
        )  # fmt: skip
        codes: list[int] = json.loads(self.process.stdout.readline())
        assert "Traceback" not in self.said()
        return codes

    def said(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def steps(self) -> int:
        return int(self.said().split()[-1])


@contextmanager
def commander_process() -> Iterator["subprocess.Popen[str]"]:
    """Yield a process for `Commander`, which needs seconds to start."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMANDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def whole(folder: Path) -> bool:
    """Tell whether `folder` holds one model, every part as sealed, and nothing else."""
    info = json.loads((folder / CARD).read_text("utf-8"))
    load(folder)
    return visible(folder) == {CARD, info["parts"]}
