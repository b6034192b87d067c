"""Inputs that hold others, or hide them: arrays of rows in JSON, compressed documents, archives."""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaner.config import Config
from cleaner.errors import InputError
from cleaner.inputs import streams
from cleaner.inputs.formats import Settings, archive, format_of, unpacked_name
from cleaner.inputs.formats.json import _Elements
from cleaner.run.audit import restore_run, verify_run
from cleaner.run.chunks import Inputs
from cleaner.run.options import RunOptions
from cleaner.run.runner import run

TEXT = "Skip to main content\nRain is expected in the north.\nIt will be dry in the south.\n"
HTML = "<html><body><nav><a href='/'>Home</a></nav><p>Rain is expected in the north until Friday.</p></body></html>"
ROWS = [{"id": f"r{n}", "text": TEXT} for n in range(5)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(path):
    return [json.loads(line) for line in Path(path).read_bytes().splitlines()]


def cleaned(*names, config=None, jobs=0, **options):
    """The documents and the failures of some inputs; every run verifies and adds up."""
    report = run(
        list(names), Path("out"), config or Config(), RunOptions().with_overrides(**options), jobs=jobs, overwrite=True
    )
    assert verify_run(Path("out")) == (report.out, ())
    documents, failed = rows("out/documents.jsonl"), rows("out/failed.jsonl")
    assert (len(documents), len(failed)) == (report.out, report.failed)
    return documents, failed


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


# Arrays of JSON

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('ab"\\,[]{}\n\u2028\ue000', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"\\]}', max_size=3), inner, max_size=3),
    max_leaves=8,
)
BLANKS = st.sampled_from(["", " ", "\n", "\r\n\t "])


@st.composite
def arrays(draw):
    """An array of any values, written with any white space, and sizes of the pieces it is read in."""
    values = draw(st.lists(VALUES, max_size=6))
    parts = [draw(BLANKS) + json.dumps(value, ensure_ascii=draw(st.booleans())) + draw(BLANKS) for value in values]
    data = f"{draw(BLANKS)}[{','.join(parts) or draw(BLANKS)}]{draw(BLANKS)}".encode()
    return values, data, draw(st.integers(1, 40))


def in_pieces(data, size):
    return iter([data[at : at + size] for at in range(0, len(data), size)])


@given(arrays())
def test_an_array_is_split_into_its_elements_in_any_pieces(array):
    values, data, size = array
    found = list(_Elements(10_000, 0, 0).split(in_pieces(data, size)))
    assert [json.loads(element.data) for element in found] == values
    assert [element.number for element in found] == list(range(1, len(values) + 1))


@given(arrays())
def test_an_array_is_read_on_after_any_element(array):
    values, data, size = array
    for element in list(_Elements(10_000, 0, 0).split(in_pieces(data, size))):
        rest = _Elements(10_000, element.end, element.number).split(in_pieces(data[element.end :], size))
        assert [json.loads(one.data) for one in rest] == values[element.number :]


@given(arrays(), st.data())
def test_an_array_that_breaks_off_is_reported_after_what_is_whole(array, data):
    values, written, size = array
    whole = written.rstrip()
    cut = data.draw(st.integers(1, max(len(whole) - 1, 1)))
    elements, found = _Elements(10_000, 0, 0).split(in_pieces(whole[:cut], size)), []
    with pytest.raises(InputError, match="truncated|not a JSON array"):
        found.extend(json.loads(element.data) for element in elements)
    assert found == values[: len(found)]


@given(arrays(), st.integers(0, 12))
def test_elements_over_the_limit_are_counted_and_passed(array, limit):
    values, data, size = array
    found = list(_Elements(limit, 0, 0).split(in_pieces(data, size)))
    assert len(found) == len(values)
    for element, value in zip(found, values, strict=True):
        assert element.sha256 or json.loads(element.data) == value
        assert not (element.sha256 and element.data)
        assert len(element.data) <= limit


def test_each_faulty_row_of_an_array_fails_alone():
    bad = [json.dumps(ROWS[0]), "7", '{"id": 1}', '{"text": NaN}', '{"text": "a", "text": "b"}', json.dumps(ROWS[1])]
    Path("a.json").write_text(f"[{', '.join(bad)}]")
    documents, failed = cleaned("a.json")
    assert [(row["id"], row["record"]) for row in documents] == [("r0", 1), ("r1", 6)]
    assert [row["record"] for row in failed] == [2, 3, 4, 5]
    assert failed[0]["error"] == "is a number, not an object"
    assert "twice" in failed[3]["error"]


@pytest.mark.parametrize(
    ("data", "error", "cure"),
    [
        ('{"data": [1]}\n', "has no column", "--text-column"),
        ('{\n"data": [{"text": "a"}]\n}', "contains one JSON object, not rows", "jq -c '.rows[]'"),
        ('"Rain is expected."', "is not a JSON array of objects", "--input-format whole"),
        ("Rain is expected.", "is not a JSON array of objects", "--input-format whole"),
        ("", "is empty", "array of objects"),
        (" \n", "is empty", "array of objects"),
        ("[1,]", "there is no value after row 1", "jq -c '.[]'"),
        ("[,1]", "there is no value after row 0", "jq -c '.[]'"),
        ("[1}", "a bracket is closed twice after row 0", "jq -c '.[]'"),
        ("[1] 2", "has more data after the end", "jq -c '.[]'"),
        ('[{"text": "a"}, {"te', "is truncated after row 1", "get the file again"),
    ],
)
def test_other_json_is_refused_with_a_cure(data, error, cure):
    Path("a.json").write_text(data)
    _, failed = cleaned("a.json")
    assert any(error in row["error"] and cure in row["cure"] for row in failed), failed


EMPTY_FAILS = [
    *(
        "a.jsonl",
        "a.ndjson",
        "a.jsonl.gz",
        "a.jsonl.zst",
        "a.json",
        "a.csv",
        "a.tsv",
        "a.parquet",
        "a.warc",
        "a.warc.gz",
    ),
    *("a.wet.gz", "a.zip", "a.tar", "a.tar.gz", "a.html.gz", "a.txt.gz", "a.md.zst"),
]


@pytest.mark.parametrize("name", EMPTY_FAILS)
def test_a_file_of_no_bytes_that_should_have_some_fails(name):
    Path("in").mkdir()
    Path("in", name).write_bytes(b"")
    Path("in/b.txt").write_text(TEXT)
    documents, failed = cleaned("in")
    assert [row["id"] for row in documents] == ["b.txt"]
    assert [(row["source"], bool(row["error"]), bool(row["cure"])) for row in failed] == [(name, True, True)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.warc", "a.html.gz"])
def test_an_empty_file_in_an_archive_fails(name):
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr(name, b"")
    _, failed = cleaned("a.zip")
    assert [(row["source"], row["error"], row["cure"]) for row in failed] == [
        (f"a.zip/{name}", "is empty", "get the file again")
    ]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a"])
def test_an_empty_text_is_a_document(name):
    Path(name).write_bytes(b"")
    Path(f"z{name}.txt.gz").write_bytes(gzip.compress(b""))
    documents, failed = cleaned(name, f"z{name}.txt.gz")
    assert [row["status"] for row in documents] == ["empty", "empty"]
    assert failed == []


@pytest.mark.parametrize("jobs", [0, 1])
def test_a_file_of_blank_lines_is_a_warning(jobs):
    Path("a.jsonl").write_bytes(b"\n \n\r\n")
    Path("b.jsonl").write_bytes(b"\n" + json.dumps(ROWS[0]).encode() + b"\n\n")
    documents, failed = cleaned("a.jsonl", "b.jsonl", jobs=jobs)
    assert (len(documents), failed) == (1, [])
    assert json.loads(Path("out/report.json").read_bytes())["warnings"] == [
        "a.jsonl: contains only blank lines, so it has no rows"
    ]


def test_an_array_larger_than_a_document_may_be_is_read():
    Path("a.json").write_text(json.dumps([*ROWS, {"id": "long", "text": "x" * 2_000}, *ROWS]))
    documents, failed = cleaned("a.json", config=Config(max_bytes=1_000))
    assert len(documents) == 10
    assert [(row["record"], row["error"]) for row in failed] == [(6, "too large: a row of over 1,000 bytes")]


def test_json_is_text_on_request_and_a_sidecar_beside_a_page():
    Path("in").mkdir()
    Path("in/a.json").write_text('{"text": 1}')
    documents, _ = cleaned("in", input_format="whole")
    assert [row["source"] for row in documents] == ["a.json"]
    Path("in/a.html.gz").write_bytes(gzip.compress(HTML.encode()))
    Path("in/a.json").write_text('{"url": "https://www.a.org/1", "likes": 7}')
    [document], failed = cleaned("in")
    assert (document["source"], document["url"], document["extra"], failed) == (
        "a.html.gz", "https://www.a.org/1", {"likes": 7}, []
    )  # fmt: skip


# Compressed documents


@pytest.mark.parametrize(("ending", "pack"), [(".gz", gzip.compress), (".zst", zstandard.compress)])
def test_a_compressed_document_is_what_it_holds(ending, pack):
    Path("in").mkdir()
    for name, data in {"a.html": HTML, "b.htm": HTML, "c.txt": TEXT, "d.md": "# Rain\n\nIn the north.\n"}.items():
        Path(f"in/{name}{ending}").write_bytes(pack(data.encode()))
        Path(f"plain-{name}").write_text(data)
    documents, failed = cleaned("in")
    assert failed == []
    assert [row["input_kind"] for row in documents] == ["html", "html", "text", "markdown"]
    plain, _ = cleaned(*sorted(str(path) for path in Path().glob("plain-*")))
    assert [row["text"] for row in documents] == [row["text"] for row in plain]
    cleaned("in")
    restore_run(Path("out"), Path("back"))
    assert sorted(os.listdir("back")) == ["a.html.txt", "b.htm.txt", "c.txt", "d.md"]
    assert Path("back/c.txt").read_text() == TEXT


def test_a_compressed_document_is_restored_beside_one_of_its_name():
    Path("in").mkdir()
    Path("in/a.txt").write_text("One.\n")
    Path("in/a.txt.gz").write_bytes(gzip.compress(b"Two.\n"))
    Path("in/a.txt.zst").write_bytes(zstandard.compress(b"Three.\n"))
    cleaned("in")
    restore_run(Path("out"), Path("back"))
    assert {path.name: path.read_text() for path in Path("back").iterdir()} == {
        "a.txt": "One.\n", "a.txt.gz.txt": "Two.\n", "a.txt.zst.txt": "Three.\n"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.txt.gz", gzip.compress(TEXT.encode())[:-12], "is truncated"),
        ("a.txt.gz", b"Rain.", "is damaged"),
        ("a.txt.zst", zstandard.compress(TEXT.encode())[:-3], "is truncated"),
        ("a.txt.zst", b"Rain.", "is damaged"),
        ("a.txt.gz", gzip.compress(b"a" * 5_000), "too large: over 2,000 bytes"),
        ("a.txt.gz", gzip.compress(b"%PDF-1.4\0\0"), "looks like a PDF"),
        ("a.sql.gz", gzip.compress(TEXT.encode()), "looks like gzip"),
    ],
    ids=["gzip cut", "no gzip", "zstd cut", "no zstd", "large", "binary", "other ending"],
)
def test_a_compressed_document_that_can_not_be_read_fails(name, data, error):
    Path(name).write_bytes(data)
    Path("b.txt").write_text(TEXT)
    documents, [failed] = cleaned(name, "b.txt", config=Config(max_bytes=2_000))
    assert len(documents) == 1
    assert error in failed["error"], failed


@pytest.mark.parametrize("name", ["a.txt", "a.gz", "a.jsonl.gz", ".gz", "a.zst", "a.tar.gz", "a.json.gz"])
def test_only_pages_and_texts_are_compressed_documents(name):
    assert unpacked_name(name) == name
    assert unpacked_name("a.HTML.gz") == "a.HTML"


# Archives


def files_of(folder="in"):
    """A folder of all that an archive may hold, and what is left out."""
    texts = {"a.txt": TEXT, "deep/b.html": HTML, "deep/c.txt": f"1\n{TEXT}", ".hidden": TEXT, "deep/.git/x": TEXT}
    for name, text in texts.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    Path(folder, "deep/rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    Path(folder, "deep/rows.csv").write_text('id,text\n7,"Rain is expected in the north."\n')
    Path(folder, "d.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    Path(folder, "rows.json").write_text(json.dumps(ROWS))


def packed(name, folder="in"):
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    if name.endswith(".zip"):
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as target:
            for path in paths:
                target.write(path, path.relative_to(folder))
        return name
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as target:
        for path in paths:
            target.add(path, f"./{path.relative_to(folder)}")
    data = sink.getvalue()
    packs = {".gz": gzip.compress, "tgz": gzip.compress, "zst": zstandard.compress}
    Path(name).write_bytes(next((pack(data) for end, pack in packs.items() if name.endswith(end)), data))
    return name


ARCHIVES = ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.zst"]


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_is_its_folder(name):
    files_of()
    of_folder, _ = cleaned("in")
    of_archive, failed = cleaned(packed(name))
    assert failed == []
    wanted = {(f"{name}/{row['source']}", row["record"]): row for row in of_folder}
    assert len(of_archive) == len(wanted) == 15
    for row in of_archive:
        like = wanted[row["source"], row["record"]]
        places = ("id", "source")
        assert {key: value for key, value in row.items() if key not in places} == {
            key: value for key, value in like.items() if key not in places
        }
    restore_run(Path("out"), Path("back"))
    assert Path("back", name, "a.txt").read_text() == TEXT
    assert Path("back", name, "d.txt").read_text() == TEXT
    assert Path("back", name, "deep/rows.jsonl/00000002").read_text() == TEXT


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_is_read_on_after_any_record(name):
    files_of()
    packed(name)

    def found(start):
        return list(Inputs([name], Settings())._with_cursors(start))

    whole = found(Inputs([name], Settings()).cursor)
    for done in range(1, len(whole)):
        rest = found(whole[done - 1][1])
        assert [(item.source, item.record, item.payload) for item, _ in rest] == [
            (item.source, item.record, item.payload) for item, _ in whole[done:]
        ]
        assert [cursor for _, cursor in rest] == [cursor for _, cursor in whole[done:]]


class Off(BaseException):
    """The power goes."""


def test_any_number_of_workers_and_any_break_give_the_same_bytes():
    files_of("src/x")
    Path("in").mkdir()
    for n, name in enumerate(ARCHIVES):
        files_of("src/x")
        packed(f"in/{n}{name}", "src/x")
    Path("in/big.json").write_text(json.dumps([{"id": str(n), "text": f"{n}\n{TEXT}"} for n in range(200)]))
    run(["in"], Path("whole"), Config())
    run(["in"], Path("two"), Config(), jobs=2)
    assert everything("two") == everything("whole")
    for after in (2, 3, 4):
        seen = []

        def watch(report, message, seen=seen, after=after):
            seen.append(message)
            if len([one for one in seen if not one]) == after:
                raise Off

        with pytest.raises(Off):
            run(["in"], Path("out"), Config(), watch=watch, checkpoint_seconds=0)
        assert not Path("out/report.json").exists()
        run(["in"], Path("out"), Config())
        assert everything("out") == everything("whole")
        for path in Path("out").iterdir():
            path.unlink()


def zipped(name, *members):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as target:
        for member, data in members:
            target.writestr(member, data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("member", "data", "error", "cure"),
    [
        ("../evil.txt", TEXT, "has a path that leads out of the archive", "relative paths"),
        ("/etc/evil.txt", TEXT, "has a path that leads out of the archive", "relative paths"),
        ("a/..\\..\\evil.txt", TEXT, "has a path that leads out of the archive", "relative paths"),
        ("b.txt", TEXT, "is in the archive twice", "each path once"),
        ("inner.zip", "PK", "is an archive inside an archive", "unpack the outer one first"),
        ("inner.tar.gz", "", "is an archive inside an archive", "unpack the outer one first"),
        ("page.pdf", "%PDF-1.4\0\0", "looks like a PDF", ""),
        ("large.txt", "x" * 5_000, "too large: over 2,000 bytes", "--max-bytes"),
        ("bad.txt.gz", "x", "is damaged", "get the file again"),
        ("object.json", "{\n}", "contains one JSON object", "jq"),
    ],
)
def test_a_member_that_can_not_be_read_fails_alone(member, data, error, cure):
    zipped("a.zip", ("b.txt", TEXT), (member, data), ("c.txt", TEXT))
    documents, [failed] = cleaned("a.zip", config=Config(max_bytes=2_000))
    assert [row["source"] for row in documents] == ["a.zip/b.txt", "a.zip/c.txt"]
    assert error in failed["error"], failed
    assert cure in failed["cure"], failed
    assert sorted(os.listdir()) == ["a.zip", "out"]


def test_an_encrypted_member_fails_alone():
    zipped("a.zip", ("b.txt", TEXT), ("c.txt", TEXT))
    data = bytearray(Path("a.zip").read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rfind(mark) + at] |= 1
    Path("a.zip").write_bytes(data)
    documents, [failed] = cleaned("a.zip")
    assert [row["source"] for row in documents] == ["a.zip/b.txt"]
    assert (failed["source"], failed["error"], failed["cure"]) == (
        "a.zip/c.txt", "is encrypted", "decrypt the archive first"
    )  # fmt: skip


def test_links_and_devices_in_archives_are_not_followed():
    with zipfile.ZipFile("a.zip", "w") as target:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        target.writestr(link, "/etc/hostname")
    with tarfile.open("b.tar", "w") as target:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"{kind.decode()}.txt")
            info.type, info.linkname = kind, "/etc/hostname"
            target.addfile(info)
    documents, failed = cleaned("a.zip", "b.tar")
    assert documents == []
    assert {row["error"] for row in failed} == {"is a device or a pipe"}
    assert len(failed) == 2
    assert len(json.loads(Path("out/report.json").read_text())["warnings"]) == 3


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_damaged_archive_fails_and_the_others_go_on(name):
    files_of()
    data = Path(packed(name)).read_bytes()
    end = 3_000 if name == "a.tar" else len(data) // 2
    for damage in (
        data[:end],
        data[: end // 2],
        b"",
        data[:end] + b"x" * 4_000,
        b"PK\x03\x04" + data[4:60],
        data[:100] + b"x" * 400,
    ):
        Path(name).write_bytes(damage)
        Path("z.txt").write_text(TEXT)
        documents, failed = cleaned(name, "z.txt")
        assert documents[-1]["source"] == "z.txt"
        assert failed, damage[:40]
        assert {row["source"].partition("/")[0] for row in failed} == {name}


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_bomb_in_an_archive_is_not_unpacked(name, monkeypatch):
    monkeypatch.setattr(archive, "_MIN_CHECKED", 100_000)
    monkeypatch.setattr(streams, "_MIN_CHECKED", 100_000)
    monkeypatch.setattr(archive, "_BLOCK", 1 << 14)
    Path("in").mkdir()
    Path("in/a.txt").write_text(TEXT)
    Path("in/b.jsonl").write_bytes(b" " * 8_000_000)
    documents, failed = cleaned(packed(name))
    assert [row["source"] for row in documents] == [f"{name}/a.txt"]
    assert "decompression bomb" in failed[0]["error"] or "500 times" in failed[0]["error"]


def test_a_header_of_a_tar_has_a_limit(monkeypatch):
    monkeypatch.setattr(archive, "_MAX_HEADER", 400_000)
    with tarfile.open("a.tar", "w", format=tarfile.PAX_FORMAT) as target:
        info = tarfile.TarInfo("a.txt")
        info.pax_headers = {"comment": "x" * 3_000_000}
        target.addfile(info)
    _, [failed] = cleaned("a.tar")
    assert "has a header of over 400,000 bytes" in failed["error"]


def test_names_that_are_not_utf_8_and_paths_with_dots():
    with tarfile.open("a.tar", "w", format=tarfile.GNU_FORMAT) as target:
        for name in ("./x//b\udcff.txt", "c.txt/", "d.txt"):
            info = tarfile.TarInfo(name)
            info.size = len(TEXT)
            target.addfile(info, io.BytesIO(TEXT.encode()))
    documents, failed = cleaned("a.tar")
    assert [row["id"] for row in documents] == ["a.tar/x/b\\xff.txt", "a.tar/c.txt", "a.tar/d.txt"]
    assert failed == []


def test_a_sidecar_in_an_archive_is_no_document():
    zipped("a.zip", ("a.json", "{}"), ("a.html", HTML))
    documents, failed = cleaned("a.zip")
    assert ([row["source"] for row in documents], failed) == (["a.zip/a.html"], [])
    [warning] = json.loads(Path("out/report.json").read_text())["warnings"]
    assert "a.zip/a.json: skipped, a sidecar" in warning


def test_folders_of_an_archive_can_be_kept():
    files_of()
    packed("a.zip")
    run(["a.zip"], Path("out"), Config(), RunOptions(keep_folders=True))
    assert Path("out/a.zip/deep/documents.jsonl").exists()
    assert verify_run(Path("out")).problems == ()


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.ZIP", "archive"), ("a.tgz", "archive"), ("a.json", "json"), ("a.json.zst", "json"), ("a.tsv.zst", "csv")],
)
def test_endings(name, format):
    assert format_of(name) == format


# A table next to pages


def test_a_table_beside_pages_fills_their_fields_and_is_no_document():
    Path("in").mkdir()
    for name in "ab":
        Path(f"in/{name}.html").write_text(HTML)
    Path("in/metadata.csv").write_text("file,title,author,url\na.html,Rain,Uta Bach; Jo van Dam,https://www.a.org/1\n")
    Path("in/b.json").write_text('{"title": "Sun"}')
    documents, failed = cleaned("in")
    assert failed == []
    assert [(row["source"], row["title"], row["authors"], row["url"]) for row in documents] == [
        ("a.html", "Rain", ["Uta Bach", "Jo van Dam"], "https://www.a.org/1"),
        ("b.html", "Sun", documents[1]["authors"], documents[1]["url"]),
    ]
    assert documents[0]["metadata_from"]["title"] == "sidecar"


@pytest.mark.parametrize(
    ("table", "message", "cure"),
    [
        (b"file,title\na.html\n", "line 2 has 1 fields, the header has 2", "fix or remove the line"),
        (b"file,title\na.html,x\na.html,y\n", "lines 2 and 3 are about the same file", "remove one of them"),
        (b"file,title\na.html,\xff\n", "line 2 is not valid UTF-8", "save the table as UTF-8"),
        (b'file,title\na.html,"x"y\n', "line 2 is not valid CSV", "fix or remove the line"),
    ],
)
def test_a_wrong_table_is_told_with_its_line_and_the_cure(table, message, cure):
    Path("in").mkdir()
    Path("in/a.html").write_text(HTML)
    Path("in/metadata.csv").write_bytes(table)
    documents, [failed] = cleaned("in")
    assert documents == []
    assert message in failed["error"]
    assert failed["cure"] == cure


def test_a_table_without_any_column_that_is_known_says_how_it_describes_pages():
    Path("in").mkdir()
    Path("in/a.html").write_text(HTML)
    Path("in/metadata.csv").write_text("page,title\na.html,Rain\n")
    documents, [failed] = cleaned("in")
    assert [row["source"] for row in documents] == ["a.html"]
    assert failed["source"] == "metadata.csv"
    assert "add a column 'file' with their names" in failed["cure"]


def test_a_table_without_a_column_of_files_is_an_input():
    Path("in").mkdir()
    Path("in/a.html").write_text(HTML)
    Path("in/metadata.csv").write_text("id,text\n1,Rain in the north.\n")
    documents, failed = cleaned("in")
    assert failed == []
    assert [row["source"] for row in documents] == ["a.html", "metadata.csv"]
