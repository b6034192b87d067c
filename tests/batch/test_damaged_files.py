"""Files that are damaged, hostile, or need a library that is missing."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from format_files import CLEAN, FILES, ROWS, TEXT, archive, cleaned, csv_of, lines, parquet, rows, table_of
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.errors import ConfigError, InputError
from cleaner.inputs import streams
from cleaner.run.audit import restore_run
from cleaner.run.options import RunOptions
from cleaner.run.runner import dry_run, run

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.csv.gz", "a.parquet"])
@pytest.mark.parametrize("kept", [0.3, 0.7, 0.95])
def test_a_file_that_breaks_off_is_told_and_what_was_there_is_read(name, kept):
    many = [{**ROWS[0], "text": f"{TEXT}{hashlib.sha256(b'%d' % n).hexdigest()}"} for n in range(400)]
    whole = {".gz": gzip.compress, ".zst": zstandard.compress}.get(Path(name).suffix, lambda data: data)(
        parquet(table_of(many)) if "parquet" in name else csv_of(many) if "csv" in name else lines(many)
    )
    documents, failed = cleaned(name, whole[: int(len(whole) * kept)])
    assert len(documents) < 400
    assert failed
    assert failed[-1]["source"] == name
    assert "file again" in failed[-1]["cure"] or "write it again" in failed[-1]["cure"] or "fix" in failed[-1]["cure"]


PACKS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def read_lines(name, data, limit=1_000_000):
    """The lines of a file up to its damage, and what is said of that."""
    Path(name).write_bytes(data)
    found = list[streams.Line]()
    with streams.Stream(Path(name)) as stream:
        try:
            found.extend(stream.lines(limit))
        except InputError as error:
            return found, str(error)
    return found, ""


@given(
    st.lists(st.binary(max_size=9).map(lambda data: data * 40), max_size=5).map(b"\n".join),
    st.integers(1, 400),
    st.integers(1, 4),
)
def test_lines_are_the_same_packed_or_not(data, limit, members):
    cut = len(data) // members + 1
    parts = [data[at : at + cut] for at in range(0, len(data), cut)]
    plain, *packed = [read_lines(f"a{end}", b"".join(map(pack, parts)), limit) for end, pack in PACKS.items()]
    assert packed == [plain, plain]
    assert [line.data or line.sha256 for line in plain[0]] == [
        line if len(line) <= limit else hashlib.sha256(line).hexdigest() for line in io.BytesIO(data)
    ]


@pytest.mark.parametrize("frames", [1, 10])
@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_what_stands_before_damage_is_read(ending, frames):
    texts = [b'{"text": "Document number %d of a long file."}\n' % n for n in range(10_000)]
    parts = [b"".join(texts[at : at + 10_000 // frames]) for at in range(0, 10_000, 10_000 // frames)]
    found, said = read_lines(f"a{ending}", b"".join(map(PACKS[ending], parts)) + b"garbage")
    assert [line.data for line in found] == texts
    assert "is damaged" in said


@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=3))
def test_zstd_gives_all_that_the_library_gives(at, damage):
    frames = [b"".join(b"%d %s\n" % (n, hashlib.sha256(b"%d" % n).hexdigest().encode()) for n in range(start, start + 3000))
              for start in (0, 3000)]  # fmt: skip
    data = bytearray(b"".join(map(zstandard.compress, frames)))
    at %= len(data)
    data[at : at + len(damage)] = damage
    frame, given = zstandard.ZstdDecompressor().decompressobj(), b""
    second = len(zstandard.compress(frames[0]))
    try:
        for byte in range(len(data)):
            if frame.eof:
                assert byte == second or at < second
                frame = zstandard.ZstdDecompressor().decompressobj()
            given += frame.decompress(data[byte : byte + 1])
    except zstandard.ZstdError:
        given = given[: given.rfind(b"\n") + 1]
    found, said = read_lines("a.zst", data)
    assert b"".join(line.data for line in found) == (given if frame.eof else given[: given.rfind(b"\n") + 1])
    assert bool(said) == (not frame.eof)


@pytest.mark.parametrize("name", [name for name in FILES if "jsonl" not in name or "gz" in name or "zst" in name])
def test_garbage_with_the_name_of_a_format(name):
    data = bytes(range(256)) * 50
    documents, failed = cleaned(name, data)
    assert documents == []
    assert failed


def test_an_archive_with_a_damaged_record():
    data = archive([(f"http://a.org/{n}", "text/plain", TEXT.encode()) for n in range(3)])
    at = len(data) // 2
    documents, failed = cleaned("a.warc.gz", data[:at] + b"\0\0\0\0" + data[at + 4 :])
    assert [(row["record"], row["text"]) for row in documents] == [(1, CLEAN), (3, CLEAN)]
    assert failed[0]["error"].startswith("is damaged")
    assert failed[0]["error"].endswith(f"up to byte {len(data) // 3 * 2:,}")
    for lost in range(10, 120, 20):
        documents, failed = cleaned("b.warc.gz", data[:-lost])
        assert all(row["text"] == CLEAN for row in documents)
        assert len(documents) == 3 or failed


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor(level=19).compress])
def test_a_bomb_is_not_unpacked(pack, monkeypatch):
    monkeypatch.setattr(streams, "_MIN_CHECKED", 4_000_000)
    name = "a.jsonl.gz" if pack is gzip.compress else "a.jsonl.zst"
    documents, failed = cleaned(name, pack(lines(ROWS[:1]) + b" " * 60_000_000), config=Config(max_bytes=1_000_000))
    assert len(documents) == 1
    assert failed[0]["error"] == "expands to over 500 times its size (decompression bomb?)"


def test_a_bomb_of_blank_lines_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(streams, "_MIN_CHECKED", 200_000)
    documents, failed = cleaned("a.jsonl.gz", gzip.compress(lines(ROWS[:1]) + b"\n" * 1_500_000))
    assert (len(documents), failed[0]["error"]) == (1, "expands to over 500 times its size (decompression bomb?)")


def test_a_bomb_of_parquet_is_not_unpacked(monkeypatch):
    monkeypatch.setattr("cleaner.inputs.formats.parquet._MIN_CHECKED", 1_000_000)
    documents, failed = cleaned("a.parquet", parquet({"text": ["x" * 9_000_000]}, compression="zstd"))
    assert (documents, failed[0]["error"]) == ([], "expands to over 500 times its size (decompression bomb?)")


def broken_strings():
    import pyarrow as pa

    offsets = b"".join(at.to_bytes(4, "little") for at in (0, 3, 6, 9))
    return pa.Array.from_buffers(pa.string(), 3, [None, pa.py_buffer(offsets), pa.py_buffer(b"abc\xe9t\xe9def")])


def test_cells_of_parquet_that_python_has_no_value_for():
    import pyarrow as pa

    texts = [TEXT] * 3
    documents, failed = cleaned("a.parquet", parquet({"text": texts, "x": broken_strings()}))
    assert ([row["extra"]["x"] for row in documents], failed) == (["abc", "6XTp", "def"], [])
    documents, failed = cleaned("b.parquet", parquet({"text": broken_strings()}))
    assert ([row["text"] for row in documents], failed) == (["abc", "\xe9t\xe9", "def"], [])
    times = pa.array([2**62, 0, 1], pa.timestamp("us"))
    documents, failed = cleaned("c.parquet", parquet({"text": texts, "x": times}))
    assert (len(documents), failed) == (3, [])
    nested = pa.ListArray.from_arrays([0, 1, 2, 3], broken_strings())
    zone = pa.array([0, 1, None], pa.timestamp("us", "Mars/Olympus"))
    documents, failed = cleaned("d.parquet", parquet({"text": texts, "x": nested, "zone": zone}))
    assert ([row["extra"]["x"] for row in documents], failed) == ([["abc"], None, ["def"]], [])
    assert {row["extra"]["zone"] for row in documents} == {None}
    documents, failed = cleaned("e.parquet", parquet({"text": texts, "html": nested}))
    assert (failed[1]["record"], failed[1]["error"][:25]) == (2, "column 'html' can't be re")
    documents, failed = cleaned("e.parquet", parquet({"text": texts, "html": nested}), text_column="text")
    assert ([row["record"] for row in documents], failed) == ([1, 2, 3], [])


def test_columns_of_parquet_with_one_name():
    import pyarrow as pa

    documents, failed = cleaned("a.parquet", parquet(pa.table([pa.array(["a"]), pa.array(["b"])], ["text", "text"])))
    assert (documents, failed[0]["error"]) == ([], "has 2 columns named 'text'")


def test_a_reader_that_fails_unforeseen_ends_its_file_and_not_the_run(monkeypatch):
    def items(*_):
        raise ZeroDivisionError("of a library")
        yield

    monkeypatch.setattr("cleaner.inputs.formats.csv.items", items)
    Path("a.csv").write_bytes(FILES["a.csv"])
    Path("b.jsonl").write_bytes(FILES["a.jsonl"])
    assert run(["a.csv", "b.jsonl"], Path("out"), Config()).out == 5
    assert rows("out/failed.jsonl")[0]["error"] == "can't be read further: ZeroDivisionError: of a library"


def test_a_record_of_an_archive_that_is_too_large():
    records = [("http://a.org/1", "text/plain", b"x" * 5000), ("http://a.org/2", "text/plain", TEXT.encode())]
    documents, failed = cleaned("a.warc.gz", archive(records), config=Config(max_bytes=1000))
    assert [row["text"] for row in documents] == [CLEAN]
    assert (failed[0]["error"], failed[0]["record"]) == ("too large: over 1,000 bytes", 1)
    assert failed[0]["sha256"] == hashlib.sha256(b"x" * 5000).hexdigest()


@pytest.mark.parametrize("id", ["../../x", "/etc/x", "a\0b", "C:\\x", "x" * 5000, "con"])
def test_ids_are_no_paths(id, folder):
    run_folder = folder / "deep" / "er"
    run_folder.mkdir(parents=True)
    os.chdir(run_folder)
    documents, _ = cleaned("a.jsonl", lines([{"id": id, "text": TEXT}]))
    assert documents[0]["id"] == id
    restore_run(Path("out"), Path("back"))
    assert Path("back/a.jsonl/00000001").read_text() == TEXT
    assert sorted(os.listdir()) == ["a.jsonl", "back", "out"]
    assert os.listdir(folder) == ["deep"]


def test_no_folder_is_too_twisted(folder):
    outside = folder / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "sub" / "a.txt").write_text(TEXT)
    (outside / "sub" / "up").symlink_to(outside)
    (outside / "sub" / "self").symlink_to(outside / "sub")
    Path("in").mkdir()
    Path("in/link").symlink_to(outside)
    Path("in/loop").symlink_to("loop")
    report = dry_run(["in"], Config())
    assert (report.out, report.failed, len(report.warnings)) == (1, 1, 2)


def test_a_library_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    Path("a.jsonl.zst").write_bytes(FILES["a.jsonl.zst"])
    with pytest.raises(ConfigError, match=r"pip install zstandard \(or pip install 'boilerplate-cleaner\[zstd\]'\)"):
        run(["a.jsonl.zst"], Path("out"), Config())
    with pytest.raises(ConfigError, match="files that end in .zst need the library zstandard"):
        run(["a.jsonl.zst"], Path("out"), Config(), RunOptions(output_format="jsonl.zst"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigError, match=r"pip install pyarrow \(or pip install 'boilerplate-cleaner\[parquet\]'\)"):
        run(["a.jsonl.zst"], Path("out"), Config(), RunOptions(output_format="parquet"))
    assert not Path("out").exists()


def test_all_inputs_that_need_a_missing_library_are_counted_before_the_first_document(monkeypatch):
    for name in ("zstandard", "pyarrow", "fastwarc"):
        monkeypatch.setitem(sys.modules, name, None)
    Path("in").mkdir()
    for n in range(5):
        Path(f"in/{n}.parquet").write_bytes(FILES["a.parquet"])
    Path("in/a.jsonl.zst").write_bytes(FILES["a.jsonl.zst"])
    Path("in/a.warc").write_bytes(b"")
    Path("in/z.txt").write_text(TEXT)
    for call in (lambda: run(["in"], Path("out"), Config()), lambda: dry_run(["in"], Config())):
        with pytest.raises(ConfigError) as error:
            call()
        message = str(error.value)
        assert "5 inputs need it: in/0.parquet, in/1.parquet, in/2.parquet and 2 more; pip install pyarrow" in message
        assert "1 input needs it: in/a.jsonl.zst; pip install zstandard" in message
        assert "1 input needs it: in/a.warc; pip install fastwarc" in message
        assert "--skip-unreadable" in message
    assert not Path("out").exists()


def test_inputs_that_need_a_missing_library_can_be_skipped_and_are_read_when_it_is_there(monkeypatch):
    Path("in").mkdir()
    Path("in/a.parquet").write_bytes(FILES["a.parquet"])
    Path("in/z.txt").write_text(TEXT)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pyarrow", None)
        report = run(["in"], Path("out"), Config(), skip_unreadable=True)
        assert run(["in"], Path("out"), Config(), skip_unreadable=True).is_old
    assert (report.out, report.failed, report.exit_code) == (1, 1, 1)
    [failed] = rows("out/failed.jsonl")
    assert failed["source"] == "a.parquet"
    assert failed["error"] == "needs the library pyarrow, which is not installed"
    assert failed["cure"].startswith("pip install pyarrow")
    report = run(["in"], Path("out"), Config())
    assert (report.out, report.failed) == (6, 0)


@pytest.mark.parametrize("options", [[], ["--skip-unreadable"]])
def test_the_command_without_a_library(options):
    Path("in").mkdir()
    Path("in/a.parquet").write_bytes(FILES["a.parquet"])
    Path("in/z.txt").write_text(TEXT)
    code = (
        "import sys\n"
        "class Hook:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'pyarrow': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hook())\n"
        "from cleaner.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "run", "in", "-j", "2", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if options else 2), done.stderr
    assert "pip install pyarrow" in done.stderr
    assert Path("out").exists() == bool(options)
    if options:
        assert len(rows("out/failed.jsonl")) == len(rows("out/documents.jsonl")) == 1
