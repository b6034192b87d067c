"""What may befall workers and the run: hanging, eating, crashing, killed, a full disk. All others go on."""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleaner.config import Config
from cleaner.errors import CleanerError, OutputError
from cleaner.json_lines import to_line
from cleaner.outputs import parts
from cleaner.pipeline import Pipeline
from cleaner.run import pool, runner
from cleaner.run.audit import verify_run
from cleaner.run.folder import WriteError
from cleaner.run.fork_server import ForkServer, Spawner
from cleaner.run.limits import Limits
from cleaner.run.options import RunOptions
from cleaner.run.runner import run
from cleaner.run.worker import WorkerLoop

ROOT = Path(__file__).parents[2]
TEXT = (
    "Skip to main content\nRain is expected in the north, day {}.\nIt will be dry in the south.\nShare this article\n"
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked there")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def corpus(count, name="a.jsonl", **bad):
    """A file of so many rows; ``bad`` names rows by what they do to their worker."""
    rows = [{"id": str(n), "text": TEXT.format(n)} for n in range(count)]
    for deed, n in bad.items():
        rows[n]["text"] = f"{deed.upper()}!\n{rows[n]['text']}"
    Path(name).write_bytes(b"".join(map(to_line, rows)))
    return [name]


def rows(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


# Nasty documents


def spin():
    while True:
        sum(range(1000))


def crash():
    faulthandler.disable()  # this crash is made on purpose: its stack would say nothing
    os.kill(os.getpid(), signal.SIGSEGV)


DEEDS = {
    "HANG!": spin,
    "SLEEP!": lambda: time.sleep(1000),
    "EAT!": lambda: [b"x" * 10_000_000 for _ in range(10_000)],
    "CRASH!": crash,
    "EXIT!": lambda: os._exit(7),
    "KILL!": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


@pytest.fixture
def nasty(monkeypatch):
    """A pipeline on which some documents do to their process what real ones do to parsers."""
    real = Pipeline.run

    def run_or_do(self, source, **more):
        deed = DEEDS.get(source.partition("\n")[0])
        if deed:
            deed()
        return real(self, source, **more)

    monkeypatch.setattr(Pipeline, "run", run_or_do)


@linux
@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ("hang", "took over 1 s of CPU time"),
        ("sleep", "took over 3 s"),
        ("eat", "needs over 200 MB of memory"),
        ("crash", "its worker crashed (SIGSEGV)"),
        ("exit", "the worker ended with exit code 7"),
        ("kill", "its worker was killed (SIGKILL), perhaps because memory ran out"),
    ],
)
def test_a_document_that_takes_its_worker_with_it_is_given_up_and_the_others_go_on(nasty, monkeypatch, deed, error):
    monkeypatch.setattr("cleaner.run.limits._WALL_FACTOR", 3 if deed == "sleep" else 120)
    sources = corpus(30, **{deed: 11})
    options = RunOptions(cpu_seconds=1, memory=200)
    report = run(sources, Path("out"), Config(), options, jobs=2)
    assert (report.out, report.failed, report.exit_code) == (29, 1, 1)
    assert [row["id"] for row in rows("out/documents.jsonl")] == [str(n) for n in range(30) if n != 11]
    failed = rows("out/failed.jsonl")[0]
    line = Path("a.jsonl").read_bytes().splitlines(keepends=True)[11]
    assert (failed["error"], failed["record"], failed["sha256"]) == (error, 12, hashlib.sha256(line).hexdigest())
    assert failed["cure"]
    assert verify_run(Path("out")) == (29, ())


@linux
def test_many_nasty_documents_and_files(nasty):
    sources = corpus(200, exit=0, crash=99, kill=100, eat=199)
    Path("b.txt").write_text("EXIT!\n" + TEXT)
    outs = []
    for jobs in (1, 2):
        report = run([*sources, "b.txt"], Path(f"out{jobs}"), Config(), RunOptions(memory=200), jobs=jobs)
        assert (report.out, report.failed) == (196, 5)
        outs.append(everything(f"out{jobs}"))
    assert outs[0] == outs[1]
    assert rows("out1/failed.jsonl")[-1]["sha256"] == hashlib.sha256(Path("b.txt").read_bytes()).hexdigest()


def test_want_of_memory_without_workers_is_a_failure_of_one(monkeypatch):
    def fail(self, source, **more):
        if source.startswith("EAT!"):
            raise MemoryError
        return real(self, source, **more)

    real = Pipeline.run
    monkeypatch.setattr(Pipeline, "run", fail)
    report = run(corpus(5, eat=2), Path("out"), Config())
    assert (report.out, rows("out/failed.jsonl")[0]["error"]) == (4, "needs more memory than there is")


@linux
def test_workers_that_can_not_begin_end_the_run(monkeypatch):
    monkeypatch.setattr(WorkerLoop, "__call__", lambda self, connection: os._exit(3))
    with pytest.raises(CleanerError, match="workers die as soon as they start"):
        run(corpus(3), Path("out"), Config(), jobs=1)


# Any number of workers gives the same bytes


def test_any_number_of_workers_gives_the_same_bytes():
    sources = corpus(250)
    for form in ("jsonl", "jsonl.gz", "parquet"):
        outs = []
        for jobs in (0, 1, 3):
            options = RunOptions(output_format=form, shard_size=40_000)
            run(sources, Path("out"), Config(), options, jobs=jobs, overwrite=True)
            outs.append(everything("out"))
        assert outs[0] == outs[1] == outs[2]


def test_workers_are_renewed(monkeypatch):
    started = []
    real = ForkServer.start
    monkeypatch.setattr(ForkServer, "start", lambda self: started.append(1) or real(self))
    monkeypatch.setattr(pool.Pool.__init__, "__kwdefaults__", {"renew_after": 100})
    run(corpus(500), Path("out"), Config(), jobs=1)
    assert len(started) == 4  # of 64 documents a chunk, 128 a worker
    assert verify_run(Path("out")) == (500, ())


def test_workers_that_start_from_nothing_do_the_same(monkeypatch):
    sources = corpus(100)
    run(sources, Path("out"), Config(), jobs=0)
    wanted = everything("out")
    monkeypatch.setattr(runner, "open_starter", Spawner)
    run(sources, Path("out"), Config(), jobs=2, overwrite=True)
    assert everything("out") == wanted


@linux
def test_no_worker_outlives_the_run():
    code = (
        "from pathlib import Path; from cleaner.run.runner import run; from cleaner.config import Config;"
        "run(['a.jsonl'], Path('out'), Config(), jobs=2)"
    )
    corpus(20_000)
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    family = wait_for(lambda: len(found := descendants(process.pid)) == 3 and found)
    process.kill()
    process.wait()
    assert wait_for(lambda: not any(is_alive(pid) for pid in family))


@linux
def test_a_run_whose_starter_of_workers_is_killed_says_so_and_goes_on():
    corpus(2_000)
    call = [sys.executable, "-m", "cleaner", "run", "a.jsonl", "-q", "-j", "2", "-o"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*call, "out"], env=env, stderr=subprocess.PIPE)
    family = wait_for(lambda: len(found := descendants(process.pid)) == 3 and found)
    os.kill(family[0], signal.SIGKILL)  # the fork server
    os.kill(family[1], signal.SIGKILL)
    said = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 3, said
    assert "run the same command again" in said
    assert subprocess.run([*call, "out"], env=env, check=False).returncode in (0, 1)
    assert subprocess.run([*call, "other"], env=env, check=False).returncode in (0, 1)
    assert Path("out/documents.jsonl").read_bytes() == Path("other/documents.jsonl").read_bytes()
    assert Path("out/ledger.jsonl").read_bytes() == Path("other/ledger.jsonl").read_bytes()


def wait_for(what, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.005)
    raise AssertionError("it never came")


def descendants(pid):
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*children, *(below for child in children for below in descendants(child))]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


# Breaking off and going on


class Off(BaseException):
    """The power goes."""


def broken_off(sources, options, after, jobs=0):
    """A run that ends after so many chunks, as if it had never been told to."""
    seen = []

    def watch(report, message):
        if not message:
            seen.append(report.done)
            if len(seen) == after:
                raise Off

    try:
        return run(sources, Path("out"), Config(), options, jobs=jobs, watch=watch, checkpoint_seconds=0)
    except Off:
        return None


FORMS = {
    "plain": RunOptions(),
    "gzip": RunOptions(output_format="jsonl.gz", shard_size=3_000),
    "zstd-dolma": RunOptions(output_format="jsonl.zst", layout="dolma"),
    "parquet-fineweb": RunOptions(output_format="parquet", layout="fineweb", shard_size=30_000),
    "sample": RunOptions(ledger=False, sample=150),
    "folders": RunOptions(keep_folders=True, output_format="parquet"),
}


@pytest.mark.parametrize("options", FORMS.values(), ids=FORMS)
def test_a_run_that_breaks_off_anywhere_goes_on_to_the_same_bytes(options):
    Path("in/deep").mkdir(parents=True)
    corpus(150, "in/a.jsonl")
    corpus(150, "in/deep/b.jsonl")
    Path("in/c.txt").write_text(TEXT)
    Path("in/d.pdf").write_bytes(b"%PDF-1.4\0\0\0")
    run(["in"], Path("whole"), Config(), options)
    wanted = everything("whole")
    for after in (2, 3):  # behind the first chunk there is no checkpoint yet
        while broken_off(["in"], options, after) is None:
            assert "report.json" not in os.listdir("out")
        assert everything("out") == wanted
        for path in sorted(Path("out").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()


def test_what_is_done_is_not_done_again():
    sources = corpus(100)
    first = run(sources, Path("out"), Config())
    before = {path: path.stat().st_mtime_ns for path in Path("out").iterdir()}
    again = run(sources, Path("out"), Config())
    assert (first.is_old, again.is_old) == (False, True)
    assert again.row() == first.row()
    assert before == {path: path.stat().st_mtime_ns for path in Path("out").iterdir()}
    corpus(101)
    assert run(sources, Path("out"), Config()).out == 101  # other inputs


def test_an_unfinished_run_goes_on_with_its_own_options_only():
    sources = corpus(300)
    assert broken_off(sources, RunOptions(), 2) is None
    with pytest.raises(OutputError, match="an unfinished run with other inputs, options or rules"):
        run(sources, Path("out"), Config(profile="strict"))
    assert run(sources, Path("out"), Config(profile="strict"), overwrite=True).out == 300


def test_inputs_that_changed_behind_a_run_are_seen():
    sources = corpus(300)
    assert broken_off(sources, RunOptions(), 2) is None
    corpus(301)
    later, said = Path("out/checkpoint.json").stat().st_mtime_ns + 1, []
    os.utime("a.jsonl", ns=(later, later))
    with pytest.raises(
        OutputError, match="^a.jsonl: has changed, or is new, since the run was interrupted; start again"
    ):
        run(sources, Path("out"), Config(), watch=lambda _, message: said.append(message))
    os.utime("a.jsonl", ns=(1, 1))
    with pytest.raises(OutputError, match="inputs read so far have changed"):
        run(sources, Path("out"), Config(), watch=lambda _, message: said.append(message))
    assert said == []


def test_that_a_run_goes_on_is_said_first():
    sources, said = corpus(300), []
    assert broken_off(sources, RunOptions(), 2) is None
    run(sources, Path("out"), Config(), watch=lambda _, message: said.append(message))
    assert said[0] == "resuming after 64 finished documents"


def test_a_damaged_part_is_seen():
    sources = corpus(300)
    assert broken_off(sources, RunOptions(), 2) is None
    part = Path("out/documents.jsonl.part")
    part.write_bytes(part.read_bytes().replace(b"Rain", b"Snow"))
    with pytest.raises(OutputError, match="was changed after the run stopped; start again with --overwrite"):
        run(sources, Path("out"), Config())


def test_a_shard_that_is_gone_is_seen():
    sources = corpus(300)
    assert broken_off(sources, RunOptions(shard_size=1_000), 3) is None
    Path("out/ledger-00000.jsonl.part").unlink()
    with pytest.raises(OutputError, match="ledger-00000.jsonl.part was changed after the run stopped"):
        run(sources, Path("out"), Config(), RunOptions(shard_size=1_000))


@pytest.mark.parametrize("torn", [b"", b"{", b'{"version":2}', b"\0" * 100])
def test_a_torn_checkpoint_is_none(torn):
    sources = corpus(100)
    Path("out").mkdir()
    Path("out/checkpoint.json").write_bytes(torn)
    assert run(sources, Path("out"), Config()).out == 100
    assert "checkpoint.json" not in os.listdir("out")


def test_a_run_that_broke_off_between_two_names_gets_the_rest(monkeypatch):
    sources = corpus(100)
    run(sources, Path("whole"), Config())
    real = os.replace
    for fatal in range(1, 7):
        count = []

        def replace(old, new, count=count, fatal=fatal):
            count.append(1)
            if len(count) == fatal:
                raise Off
            real(old, new)

        monkeypatch.setattr(os, "replace", replace)
        try:
            run(sources, Path("out"), Config())
        except Off:
            monkeypatch.setattr(os, "replace", real)
            run(sources, Path("out"), Config())
        monkeypatch.setattr(os, "replace", real)
        assert everything("out") == everything("whole")
        for path in Path("out").iterdir():
            path.unlink()


@pytest.mark.parametrize("room", [0, 500, 5_000, 50_000])
def test_a_full_disk_is_told_and_the_same_run_goes_on(monkeypatch, room):
    sources = corpus(300)
    run(sources, Path("whole"), Config())
    left = [room]
    real = parts.Part.write

    def write(self, data, count):
        if len(data) > left[0]:
            self.file.write(data[: left[0]])  # as far as it goes
            raise OSError(errno.ENOSPC, "No space left on device")
        left[0] -= len(data)
        real(self, data, count)

    monkeypatch.setattr(parts.Part, "write", write)
    with pytest.raises(WriteError, match="No space left on device; make room and run the same command again") as error:
        run(sources, Path("out"), Config(), checkpoint_seconds=0)
    is_saved = Path("out/checkpoint.json").exists()
    assert ("resumes where it stopped" if is_saved else "starts from the beginning") in str(error.value)
    monkeypatch.setattr(parts.Part, "write", real)
    run(sources, Path("out"), Config(), checkpoint_seconds=0)
    assert everything("out") == everything("whole")


# The test of tests

KILLS = 50
MAIN = (
    "import sys; from pathlib import Path; from cleaner.run.runner import run; from cleaner.run.options import RunOptions;"
    "from cleaner.config import Config; from cleaner.cli.signals import _interrupt; import signal;"
    "signal.signal(signal.SIGTERM, _interrupt);"
    "run(['in'], Path(sys.argv[1]), Config(), RunOptions(output_format=sys.argv[2], shard_size=100_000), jobs=2,"
    " checkpoint_seconds=0.02)"
)


def started(out, form):
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, out, form], env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    )


def written(out):
    size = 0
    for path in Path(out).rglob("*.part"):
        with contextlib.suppress(FileNotFoundError):  # the run has just renamed it
            size += path.stat().st_size
    return size


@linux
def test_killed_at_random_fifty_times_the_output_is_that_of_an_undisturbed_run():
    Path("in").mkdir()
    for n in range(3):
        corpus(1_500, f"in/{n}.jsonl")
    Path("in/page.html").write_text(f"<html><body><p>{TEXT}</p></body></html>")
    assert started("whole", "jsonl.gz").wait() == 0
    chance, kills, mains = random.Random(5), 0, 0
    process = started("out", "jsonl.gz")
    while kills < KILLS or process.poll() is None:
        if process.poll() is not None:  # done too soon: once more from the start
            assert process.returncode == 0
            for path in Path("out").iterdir():
                path.unlink()
            process = started("out", "jsonl.gz")
        size = written("out")
        wait_for(lambda: process.poll() is not None or written("out") != size)  # noqa: B023 - called at once
        if kills >= KILLS:
            process.wait()
            break
        time.sleep(chance.random() / 20)
        if chance.random() < 0.8:
            workers = descendants(process.pid)[1:]  # the first is the one that starts them
            if not workers:
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
        elif process.poll() is None:
            process.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM]))
            process.wait()
            mains += 1
            process = started("out", "jsonl.gz")
        kills += 1
    assert process.returncode == 0
    assert mains >= 5
    assert everything("out") == everything("whole")
    assert verify_run(Path("out")) == (4_501, ())


def test_limits_say_why():
    limits = Limits(2, 100)
    assert limits.cause(signal.SIGPROF)[0] == "took over 2 s of CPU time"
    assert limits.cause(signal.SIGALRM)[0] == "took over 20 s"
    assert limits.cause(71 << 8)[0] == "needs over 100 MB of memory"
    assert limits.cause(signal.SIGBUS)[0] == "its worker crashed (SIGBUS)"
    assert limits.cause(1 << 8)[0] == "the worker ended with exit code 1"
