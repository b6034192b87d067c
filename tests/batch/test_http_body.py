"""What servers do to a body, undone; and bodies that are not what their headers say."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import InputError
from cleaner.inputs.http_body import decoded_body

PAGE = b"<html><body><p>Rain is expected in the north until Friday.</p></body></html>" * 9
LIMIT = 100_000


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "": ("", bytes),
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstandard.compress),
    "an encoding nobody knows": ("utf-8", bytes),
}


def chunked(data, sizes, end=b"\r\n"):
    parts, at = [], 0
    for size in [*sizes, len(data)]:
        if piece := data[at : at + size]:
            parts.append(f"{len(piece):x}".encode() + end + piece + end)
        at += size
    return b"".join((*parts, b"0", end, end))


@given(st.binary(max_size=300), st.sampled_from(list(PACKERS)), st.lists(st.integers(1, 40), max_size=9), st.booleans())
def test_whatever_was_put_on_is_taken_off(data, packer, sizes, is_chunked):
    content, pack = PACKERS[packer]
    sent = chunked(pack(data), sizes, b"\n" if len(sizes) % 2 else b"\r\n") if is_chunked else pack(data)
    assert decoded_body(sent, "chunked" if is_chunked else "", content, LIMIT) == data


@pytest.mark.parametrize("packer", PACKERS)
def test_a_page_that_is_not_what_its_headers_say_is_taken_as_it_is(packer):
    assert decoded_body(PAGE, "", PACKERS[packer][0], LIMIT) == PAGE
    assert decoded_body(PAGE, "chunked", PACKERS[packer][0], LIMIT) == PAGE


@pytest.mark.parametrize("packer", [name for name in PACKERS if PACKERS[name][1] is not bytes])
@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_a_body_that_breaks_off_is_told(packer, kept):
    content, pack = PACKERS[packer]
    packed = pack(PAGE + bytes(range(256)) * 4)
    with pytest.raises(InputError, match="truncated|damaged"):
        decoded_body(packed[: int(kept * len(packed))], "", content, LIMIT)
    with pytest.raises(InputError, match="is truncated"):
        decoded_body(chunked(packed, [])[: int(kept * len(packed))], "chunked", content, LIMIT)


@pytest.mark.parametrize("packer", [name for name in PACKERS if PACKERS[name][1] is not bytes])
def test_a_bomb_is_not_unpacked_further_than_a_document_may_be(packer):
    content, pack = PACKERS[packer]
    with pytest.raises(InputError, match=r"too large: over 1,000 bytes; raise --max-bytes"):
        decoded_body(pack(b"x" * 5_000_000), "", content, 1_000)


@given(
    st.binary(max_size=60), st.sampled_from([PACKERS[name][0] for name in PACKERS]), st.sampled_from(["", "chunked"])
)
def test_any_bytes_give_a_body_or_a_reason(body, content, transfer):
    told = "; cure"
    try:
        decoded_body(body, transfer, content, LIMIT)
    except InputError as error:
        told = str(error)
    assert "; " in told
