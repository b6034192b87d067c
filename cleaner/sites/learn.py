"""`cleaner learn`: count the lines of documents by host, and write a rule pack for each host."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cleaner import atomic
from cleaner.config import Config
from cleaner.errors import ConfigError, InputError, OutputError
from cleaner.inputs.find import STDIN, single_files
from cleaner.inputs.formats import Settings, load_format
from cleaner.inputs.read import decode_record
from cleaner.inputs.records import NO_READER, Failed, Item, Record, Skipped, place
from cleaner.many import in_processes
from cleaner.packs.host_names import comparable, host_of, is_glob
from cleaner.run.chunks import Inputs
from cleaner.run.options import RunOptions
from cleaner.run.output_state import refuse_place
from cleaner.sites import pack
from cleaner.sites.judge import Site, learned
from cleaner.sites.lines import Counted, counted
from cleaner.sites.phrases import phrases_of
from cleaner.sites.state import State

SITES = "sites"
"""The folder of learned packs in the output folder of a run."""
STATE = "counts.sqlite"
"""The file of counts in the folder of the packs."""
Say = Callable[[str], None]
_MODE = 0o644
_UNFINISHED = ".cleaner-learn-"  # the names of packs while they are written begin so


@dataclass(slots=True)
class Learning:
    """What `learn` did: counts of documents, hosts and phrases, and what is wrong with the packs in the folder."""

    documents: int = 0
    repeated: int = 0
    """Documents whose lines were counted before."""
    without_host: int = 0
    failed: int = 0
    hosts: int = 0
    packs: int = 0
    phrases: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Count:
    """Counts the lines of one input; any process may call it. ``host_column`` is the column of the host, if any."""

    settings: Settings
    host_column: str = ""

    def __call__(self, item: Item) -> Counted | str | None:
        """The lines of the document, a message why there are none, or None for what is not a document."""
        found = item.payload
        if item.reader != NO_READER:
            try:
                found = load_format(item.reader).record(item, self.settings)
            except InputError as error:
                return f"{place(item.source, item.record)}: {error}"
        if isinstance(found, Failed):
            return found.message
        if isinstance(found, Skipped):
            return f"{found.name}: skipped, {found.reason}"
        return self.record(found) if isinstance(found, Record) else None

    def record(self, record: Record) -> Counted | str:
        """The lines of a record, or a message why there are none."""
        try:
            decoded, kind = decode_record(record, self.settings.config)
        except InputError as error:
            return f"{place(record.source, record.record)}: {error}"
        return counted(decoded.text, self._host(record), record.id, is_page=kind == "html")

    def _host(self, record: Record) -> str:
        """The host of a document: that of its column, of its address, or the folder of its file; or empty."""
        if self.host_column:
            value = record.extra.get(self.host_column)
            host = comparable(value) if isinstance(value, str) else ""
        else:
            host = host_of(record.url) or comparable(posixpath.basename(posixpath.dirname(record.source)))
        return host if is_glob(host) else ""


def learn(
    sources: Sequence[str],
    output: Path,
    config: Config,
    options: RunOptions,
    *,
    host_column: str = "",
    state: Path | None = None,
    merge: Sequence[Path] = (),
    jobs: int = 0,
    say: Say = print,
) -> Learning:
    """Count the lines of the documents in ``sources``, and write what repeats into packs in the folder ``output``.

    ``state`` is the file of counts, by default ``counts.sqlite`` in ``output``; ``merge`` are other such files, whose
    documents are added. ``jobs`` is the number of worker processes. ``say`` receives messages about inputs.

    Neither the order of inputs nor ``jobs`` changes a byte of the packs. Raises `ConfigError` for wrong sources,
    `RuleError` for a pack in ``output`` that can't be read, `OutputError` if counts or packs can't be written.
    """
    inputs = Inputs(sources, Settings(config, options.columns), options.input_format)
    inputs.refuse_missing_libraries()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{output}: can't be created: {error.strerror}") from error
    done = Learning()
    with State(state or output / STATE) as counts:
        for path in merge:
            _refuse_same(path, counts.path)
            done.documents += counts.merge(path)
        count = Count(Settings(config, options.columns), host_column)
        for found in _results(inputs, count, jobs):
            _add(counts, found, done, say)
        for host in counts.hosts():
            done.hosts += 1
            _write(counts, learned(counts, host), output, done)
    done.faults = pack.faults(output) if done.packs else []
    return done


def learn_for_run(
    sources: Sequence[str], output: Path, config: Config, options: RunOptions, *, jobs: int = 0, say: Say = print
) -> Config:
    """``config`` with packs that were learned from the inputs of a run, and are in ``sites`` in its output folder.

    They are learned from the beginning each time, so they depend on nothing but the inputs. Raises `ConfigError` for
    stdin, which can't be read twice, `OutputError` if ``output`` can't be used, or has packs that no run has learned.
    """
    if STDIN in sources:
        raise ConfigError("--learn reads the inputs twice, and stdin can be read only once; name files or folders")
    refuse_place(output, sources, single_files(sources))
    folder = output / SITES
    packs = [*folder.glob("*.toml")]
    if packs and not (folder / STATE).is_file():
        raise OutputError(
            f"{folder}: contains rule packs that no run has learned; move them and name them with --rules"
        )
    try:
        for path in (*packs, *folder.glob(f"{_UNFINISHED}*")):  # the latter if the last run was killed
            path.unlink()
        for name in (STATE, f"{STATE}-journal"):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror}") from error
    done = learn(sources, folder, config, options, jobs=jobs, say=say)
    return config.with_overrides(rules=(*config.rules, str(folder))) if done.packs else config


def _refuse_same(path: Path, own: Path) -> None:
    with suppress(OSError):
        if path.samefile(own):
            raise ConfigError(f"{path}: is the file of counts itself; merge another one into it")


def _results(inputs: Inputs, count: Count, jobs: int) -> Iterator[Counted | str | None]:
    items = (item for chunk in inputs.chunks() for item in chunk.items)
    return in_processes(count, items, jobs, _size) if jobs else map(count, items)


def _size(item: Item) -> int:
    return item.size


def _add(counts: State, result: Counted | str | None, done: Learning, say: Say) -> None:
    if isinstance(result, str):
        done.failed += 1
        say(result)
    elif result is not None and not result.host:
        done.without_host += 1
    elif result is not None:
        done.documents += 1
        done.repeated += not counts.add(result)


def _write(counts: State, site: Site, folder: Path, done: Learning) -> None:
    """Write or renew the pack of a site, and remember what is in it."""
    path = folder / pack.file_name(site.host)
    old = pack.read_existing(path)
    if old is None and site.is_plain:
        return
    written = counts.written(site.host)
    deleted = written - old.forms if old else written
    phrases = phrases_of(site, {*counts.refused(site.host), *deleted, *(old.keeps if old else ())})
    forms = {one.form for each in phrases.values() for one in each}
    if old is None and not forms:
        counts.remember(site.host, (), deleted)
        return
    text = pack.updated_pack(old.source, site, phrases, written) if old else pack.new_pack(site, phrases)
    replace_pack(path, pack.checked(path, text))
    counts.remember(site.host, forms, deleted)
    done.packs += 1
    done.phrases += len(forms)


def pack_of(site: Site) -> tuple[str, int]:
    """The text of a pack that did not exist before, and the number of its phrases; empty if nothing was learned."""
    phrases = phrases_of(site, ())
    count = sum(map(len, phrases.values()))
    return (pack.checked(Path(pack.file_name(site.host)), pack.new_pack(site, phrases)) if count else ""), count


def replace_pack(path: Path, text: str) -> None:
    """Write a pack, if it is not there already. Raises `OutputError`."""
    with suppress(OSError):
        if path.read_text(encoding="utf-8") == text:
            return
    try:
        atomic.replace_file(os.path.realpath(path), text.encode(), path.resolve().parent, _MODE, prefix=_UNFINISHED)
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}") from error
