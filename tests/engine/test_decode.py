"""Bytes to text and back."""

from __future__ import annotations

import codecs
import encodings.aliases
import gzip

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linear import assert_linear

from cleaner.decode import Decoded, codec_name, decode, decode_str, encode, refuse_binary, zlib_bytes
from cleaner.errors import ConfigError, InputError

TEXTS = {
    "en": "The council met on Tuesday – “a good day”, said the mayor – and will meet again.",
    "de": "Größere Mühlen überqueren täglich die Straße; schöne Grüße aus Köln an alle.",
    "fr": "L’été dernier, la forêt brûlée près de Sète a été replantée par des élèves.",
    "pl": "Zażółć gęślą jaźń, powiedział źle ubrany chłopiec nad brzegiem rzeki Świder.",
    "ru": "Вчера вечером в Москве открылась новая выставка, которую посетили тысячи людей.",
    "el": "Η έκθεση άνοιξε χθες το βράδυ στην Αθήνα και θα διαρκέσει έως τον Ιούνιο.",
    "ja": "昨日の夜、東京で新しい展覧会が始まりました。多くの人が訪れています。",
    "zh": "昨天晚上北京举办了一个新的展览，吸引了成千上万的观众前来参观。",
    "ko": "어제 저녁 서울에서 새로운 전시회가 열렸고 수천 명의 관람객이 찾았습니다.",
}
DETECTED = [
    ("de", "cp1252"), ("fr", "cp1252"), ("pl", "cp1250"), ("ru", "cp1251"), ("ru", "koi8-r"), ("el", "cp1253"),
    ("ja", "shift_jis"), ("ja", "euc-jp"), ("zh", "gb18030"), ("ko", "euc-kr"),
    ("en", "utf-16-le"), ("de", "utf-16-be"), ("ru", "utf-8"), ("ja", "utf-8"),
]  # fmt: skip
CODECS = sorted({name for name in encodings.aliases.aliases.values() if name not in ("mbcs", "oem")})
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

any_bytes = st.one_of(
    st.binary(),
    st.text().map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(st.characters(codec="cp1252")).map(lambda text: text.encode("cp1252")),
    st.text(st.characters(codec="shift_jis", exclude_characters="¥‾")).map(lambda text: text.encode("shift_jis")),
    st.tuples(st.sampled_from(BOMS), st.binary()).map(b"".join),
    st.text(st.characters(codec="utf-8")).map(lambda text: text.encode("utf-16-le")),
    st.lists(st.sampled_from([b"caf\xc3\xa9 ", b"\xff", b"\xe6\x97", b"word "])).map(b"".join),
)


@given(any_bytes)
@example(b"\xff\xfe\x00\x00")
@example(b"\xff\xfe\x00\xd8")
@example(b"\xff" * 5000)
@example(b"na\xc3\xafve " * 100 + b"\x80")
def test_no_bytes_raise_and_all_come_back(data):
    decoded = decode(data)
    assert encode(decoded) == data
    decoded.text.encode("utf-8")  # no lone surrogates


@pytest.mark.parametrize("name", CODECS)
@given(any_bytes | st.binary(max_size=40))
def test_any_declared_encoding_comes_back(name, data):
    try:
        codec_name(name)
    except ConfigError:
        return
    assert encode(decode(data, declared=name)) == data


@pytest.mark.parametrize(("language", "encoding"), DETECTED)
def test_encodings_are_detected(language, encoding):
    decoded = decode(TEXTS[language].encode(encoding))
    assert decoded.text == TEXTS[language]
    assert decoded.reason == "utf-8" if encoding == "utf-8" else decoded.reason.startswith("detected: ")


@pytest.mark.parametrize("bom", BOMS)
def test_a_byte_order_mark_decides_and_is_no_text(bom):
    encoding = {3: "utf-8", 2: "utf-16", 4: "utf-32"}[len(bom)]
    encoding += {b"\xff": "-le", b"\xfe": "-be", b"\x00": "-be"}.get(bom[:1], "")
    decoded = decode(bom + TEXTS["ja"].encode(encoding), declared="cp1252")
    assert (decoded.text, decoded.encoding, decoded.reason, decoded.bom) == (TEXTS["ja"], encoding, "bom", bom)


def test_the_declared_encoding_goes_before_utf_8():
    assert decode("é".encode(), declared="latin-1").text == "Ã©"


def test_a_declared_encoding_that_does_not_fit_is_a_lie():
    decoded = decode(TEXTS["de"].encode("cp1252"), declared="ascii")
    assert (decoded.text, decoded.reason[:8]) == (TEXTS["de"], "detected")


def test_a_declared_encoding_may_have_a_bad_byte():
    decoded = decode(b"\xc3\xa9t\xc3\xa9 " * 50 + b"\xff", declared="utf-8")
    assert (decoded.reason, decoded.text[-1], decoded.repairs) == ("declared", "\ufffd", ((200, "ff"),))


@pytest.mark.parametrize("data", ["日本".encode()[:-1], "caf\u00e9 ".encode() * 3 + b"\xff tail"])
def test_utf_8_with_bad_bytes_stays_utf_8(data):
    decoded = decode(data)
    assert (decoded.encoding, decoded.reason) == ("utf-8", "detected: UTF-8 with bad bytes")
    assert "\ufffd" in decoded.text


def test_a_replacement_character_of_the_page_is_no_repair():
    data = "a\ufffdb\ufffd".encode() + "é".encode() * 4 + b"\xff"
    decoded = decode(data)
    assert decoded.text == "a\ufffdb\ufffdéééé\ufffd"
    assert [repair.at for repair in decoded.repairs] == [8]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\ufeff")))
def test_line_ends_and_bom_change_nothing_but_themselves(text):
    plain = decode(text.encode()).text
    assert decode(codecs.BOM_UTF8 + text.encode()).text == text
    if plain == text:  # and not UTF-16 by its NULs
        assert decode(text.replace("\n", "\r\n").encode()).text == text.replace("\n", "\r\n")


@pytest.mark.parametrize(("language", "encoding"), DETECTED)
def test_line_ends_do_not_change_the_encoding(language, encoding):
    lines = TEXTS[language].replace(" ", "\n")
    for ends in ("\n", "\r\n", "\r"):
        assert decode(lines.replace("\n", ends).encode(encoding)).text == lines.replace("\n", ends)


@pytest.mark.parametrize("label", ["rot13", "base64", "nonsense", "idna", "a\0b", "unicode_escape"])
def test_labels_that_are_no_text_encoding(label):
    with pytest.raises(ConfigError, match="is not a known text encoding"):
        decode(b"x", declared=label)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "a PNG image"),
        (b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n", "a PDF"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "a ZIP archive"),
        (gzip.compress(b"hello", mtime=0), "gzip data, not text; decompress it"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", "a Windows program"),
        (bytes(range(32)) * 20, "binary data"),
        (b"\xd5\x03\x93\xe1\x05\x00\x88\x12" * 100, "binary data"),
    ],
)
def test_binary_data_is_named(data, kind):
    with pytest.raises(InputError, match=f"looks like {kind}"):
        refuse_binary(data)


@pytest.mark.parametrize("language", TEXTS)
def test_text_in_any_encoding_is_no_binary_data(language):
    refuse_binary(TEXTS[language].encode())
    refuse_binary(TEXTS[language].encode("utf-16"))
    refuse_binary(TEXTS[language].encode("utf-16-le") if language not in ("ja", "zh", "ko", "ru", "el") else b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\0b and some words",
        b"GIF87a and GIF89a are image formats",
        b"MZ is how programs start",
        b"\x1b[1mbold\x1b[0m",
    ],
)
def test_odd_text_is_no_binary_data(data):
    refuse_binary(data)


# What a page says of itself


def page(head, text="", encoding="ascii"):
    return f"<!DOCTYPE html><html><head>{head}</head><body><p>{text}</p></body></html>".encode(encoding)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ("<META CHARSET=koi8-r>", "koi8-r"),
        ("<meta charset = ' windows-1251 ' />", "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251"),
        ("<meta content='text/html;charset=\"windows-1251\"' http-equiv=content-type>", "cp1251"),
        ('<title>a</title><!-- <meta charset="x"> --><meta name="a" content="b>c"><meta charset="cp1251">', "cp1251"),
        ('<meta charset="no-such-thing"><meta charset="cp1251">', "cp1251"),
        ("<link title='<meta charset=koi8-r>'><meta charset=cp1251>", "cp1251"),
    ],
)
def test_what_meta_tells_is_honoured(head, encoding):
    decoded = decode(page(head, TEXTS["ru"], encoding), is_html=True)
    assert (decoded.encoding, decoded.reason) == (encoding, "meta")
    assert TEXTS["ru"] in decoded.text


@pytest.mark.parametrize(
    "head",
    [
        "<meta name=content-type content='text/html; charset=koi8-r'>",
        "<meta http-equiv=content-type content='text/html'>",
        "<!-- <meta charset=koi8-r>",
        "<p title='<meta charset=koi8-r>'>",
        "<metal charset=koi8-r>",
        "<meta charset=rot13><meta charset=cp037><meta charset=utf-7><meta charset=idna><meta charset=a/b>",
        "<meta charset>",
        "<meta charset=''>",
        f"{'<br>' * 1024}<meta charset=koi8-r>",
    ],
)
def test_what_tells_no_encoding(head):
    assert decode(page(head), is_html=True).reason == "utf-8"


@pytest.mark.parametrize(
    ("label", "language", "encoding"),
    [
        ("ISO-8859-1", "en", "cp1252"),
        ("gb2312", "zh", "gb18030"),
        ("x-sjis", "ja", "cp932"),
        ("iso-2022-jp", "ja", "iso2022_jp"),
        ("x-cp1253", "el", "cp1253"),
        ("euc-kr", "ko", "cp949"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label, language, encoding):
    decoded = decode(page(f"<meta charset={label}>", TEXTS[language], encoding), is_html=True)
    assert (decoded.encoding, decoded.reason) == (encoding, "meta")
    assert TEXTS[language] in decoded.text


def test_the_prolog_tells_where_meta_does_not():
    prolog = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    data = prolog + page("", TEXTS["de"].replace("–", "-"), "latin-1")
    assert (decode(data, is_html=True).encoding, decode(data, is_html=True).reason) == ("cp1252", "xml")
    data = prolog + page("<meta charset=koi8-r>", TEXTS["ru"], "koi8-r")
    assert decode(data, is_html=True).encoding == "koi8-r"


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "gb2312", "shift_jis", "ascii", "utf-16", "utf-8"])
@pytest.mark.parametrize("language", TEXTS)
def test_utf_8_is_not_garbled_by_a_wrong_meta(label, language):
    data = page(f"<meta charset={label}>", TEXTS[language], "utf-8")
    wide = max(i for i, char in enumerate(TEXTS[language]) if char > "\x7f")
    cut_off = data[: data.index(TEXTS[language].encode()) + len(TEXTS[language][:wide].encode()) + 1]
    for served in (data, cut_off):
        decoded = decode(served, is_html=True)
        assert decoded.encoding == "utf-8"
        assert TEXTS[language][:wide] in decoded.text


@pytest.mark.parametrize(
    ("label", "language", "encoding"),
    [("utf-8", "de", "cp1252"), ("utf-8", "ru", "cp1251"), ("utf-8", "pl", "cp1250"), ("big5", "ru", "koi8-r")],
)
def test_a_meta_that_does_not_fit_is_a_lie(label, language, encoding):
    decoded = decode(page(f"<meta charset={label}>", TEXTS[language] * 3, encoding), is_html=True)
    assert decoded.reason.startswith("detected: ")
    assert TEXTS[language] in decoded.text


def test_what_is_declared_goes_before_meta_and_a_byte_order_mark_before_both():
    data = page("<meta charset=koi8-r>", TEXTS["ru"], "cp1251")
    assert decode(data, declared="cp1251", is_html=True).reason == "declared"
    assert decode(codecs.BOM_UTF8 + data, declared="cp1251", is_html=True).reason == "bom"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", TEXTS)
def test_utf_16_pages_need_no_byte_order_mark(encoding, language):
    data = page("<meta charset=utf-16>", TEXTS[language] * 40, encoding)
    for declared_by_page in (False, True):
        decoded = decode(data, is_html=declared_by_page)
        assert (decoded.encoding, TEXTS[language] in decoded.text) == (encoding, True)
    refuse_binary(data)


def test_meta_means_nothing_in_a_text():
    assert decode(page("<meta charset=koi8-r>")).reason == "utf-8"


@given(
    st.lists(st.sampled_from([b"<meta ", b"charset=", b"'", b'"', b">", b"<!--", b"-->", b"utf-8", b"\xe4", b"\0"])),
    any_bytes,
)
def test_no_page_raises_and_all_come_back(parts, rest):
    data = b"".join(parts) + rest
    assert encode(decode(data, is_html=True)) == data


@pytest.mark.parametrize("part", [b"<a", b"<a '", b'<meta charset="', b"<!--", b"<meta =", b"<?xml "])
def test_a_hostile_opening_is_read_in_linear_time(part):
    assert_linear(lambda n: decode(part * n, is_html=True), 100_000)


def test_the_first_of_two_attributes_counts():
    data = page("<meta charset=koi8-r charset=cp1251>", TEXTS["ru"], "koi8-r")
    assert decode(data, is_html=True).encoding == "koi8-r"


def test_the_opening_of_a_page_is_4096_bytes():
    tag = "<meta charset=koi8-r>"
    for size, reason in ((4096, "meta"), (4097, "utf-8")):
        data = ("<!doctype html>" + tag.rjust(size - len("<!doctype html>"))).encode() + b"<p>a</p>"
        assert data[:size].endswith(tag.encode())
        assert decode(data, is_html=True).reason == reason


LABELS = {
    "x-gbk": "gb18030", "gbk": "gb18030", "x-user-defined": "cp1252", "dos-874": "cp874", "tis-620": "cp874",
    "iso-8859-11": "cp874", "iso-8859-9": "cp1254", "us-ascii": "cp1252", "shift_jis": "cp932", "big5": "big5hkscs",
    "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic", "x-mac-ukrainian": "mac-cyrillic",
    "x-cp1250": "cp1250", "x-cp1258": "cp1258", "iso-8859-2": "iso8859-2",
}  # fmt: skip
UTF_8 = ("unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be", "utf-8", "utf8")
NO_LABELS = (
    "utf-7",
    "utf7",
    "x-cp1249",
    "x-cp1259",
    "cp037",
    "idna",
    "punycode",
    "base64",
    "a b",
    "koi8 r",
    "é",
    "x" * 41,
    "",
    "utf-32",
)


@pytest.mark.parametrize(("label", "encoding"), LABELS.items())
def test_a_page_is_read_in_the_encoding_that_its_label_means(label, encoding):
    data = page(f"<meta charset='{label}'>").replace(b"<p>", b"<p>\xb0\xa1 \xb0\xa2 ")
    decoded = decode(data, is_html=True)
    assert (decoded.encoding, decoded.reason) == (encoding, "meta")


@pytest.mark.parametrize("label", UTF_8)
def test_a_page_whose_label_can_be_read_is_no_utf_16(label):
    decoded = decode(page(f"<meta charset={label}>", "Größe", "utf-8"), is_html=True)
    assert (decoded.encoding, decoded.reason) == ("utf-8", "meta")


@pytest.mark.parametrize("label", NO_LABELS)
def test_other_labels_tell_nothing(label):
    for text in ("Größe", "Rain"):
        assert decode(page(f"<meta charset='{label}'>", text, "utf-8"), is_html=True).reason == "utf-8"


# Where the limits are


def test_a_declared_encoding_may_be_wrong_for_one_byte_in_a_hundred():
    fits, fails = b"a" * 99 + b"\xff", b"a" * 98 + b"\xff"
    assert decode(fits, declared="utf-8").reason == "declared"
    assert decode(fails, declared="utf-8").reason != "declared"


def test_replacement_characters_of_the_text_are_no_bad_bytes():
    assert decode(("\ufffd" * 9).encode(), declared="utf-8").reason == "declared"


def test_bad_bytes_are_remembered_one_by_one_wherever_they_are():
    decoded = decode(b"caf\xc3\xa9 \xff and " + "ééééé".encode() + b" \xfe\xfd more")
    assert decoded.repairs == ((5, "ff"), (17, "fe"), (18, "fd"))
    assert decoded.raw == ""
    assert decoded.text == "café \ufffd and ééééé \ufffd\ufffd more"


def test_no_text_has_half_a_surrogate_pair_whatever_its_encoding():
    decoded = decode(b"a+2AA-b", declared="utf-7")
    assert decoded.text == "a\ufffdb"
    assert encode(decoded) == b"a+2AA-b"


def test_a_thousand_bad_bytes_are_remembered_one_by_one_and_of_more_all_bytes_are_kept():
    for bad, is_raw in ((1000, False), (1001, True)):
        data = b"a" * 99 * bad + b"\xff" * bad
        decoded = decode(data, declared="utf-8")
        assert decoded.reason == "declared"
        assert (decoded.raw != "", len(decoded.repairs)) == (is_raw, 0 if is_raw else bad)
        assert encode(decoded) == data


MOSTLY = {
    "two characters for a bad byte": (b"\xc3\xa9\xc3\xa9 \xff", True),
    "one character for a bad byte": (b"\xc3\xa9 \xff a", False),
    "one character, then cut off": (b"\xc3\xa9 \xc3", True),
    "only cut off": (b"a \xc3", False),
    "delete characters are none beyond ASCII": (b"\x7f\x7f\xff a", False),
}


@pytest.mark.parametrize(("data", "is_utf_8"), MOSTLY.values(), ids=MOSTLY)
def test_bytes_are_utf_8_with_bad_ones_if_two_characters_speak_for_it(data, is_utf_8):
    decoded = decode(data)
    assert (decoded.encoding == "utf-8") is is_utf_8
    assert (decoded.reason == "detected: UTF-8 with bad bytes") is is_utf_8
    assert encode(decoded) == data


WIDE = {
    "four letters": ("abcd", True),
    "three letters": ("abc", False),
    "four of ten letters are Western": ("abcdкнигик", True),
    "four of eleven letters are Western": ("abcdкнигикн", False),
    "one letter of twenty-one has its NUL on the other side": ("a" * 20 + "\u0100", True),
    "one letter of twenty has its NUL on the other side": ("a" * 19 + "\u0100", False),
}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(("text", "is_wide"), WIDE.values(), ids=WIDE)
def test_every_second_byte_of_western_utf_16_is_nul(text, is_wide, encoding):
    decoded = decode(text.encode(encoding))
    assert (decoded.encoding == encoding) is is_wide
    assert (decoded.reason == "detected: every second byte is NUL") is is_wide


def test_bytes_that_are_no_utf_16_are_none_however_many_nuls_they_have():
    data = "abcdefgh".encode("utf-16-le") + b"\x01\xd8"  # half a surrogate pair
    assert decode(data).encoding != "utf-16-le"
    assert decode("<p>книга".encode("utf-16-le") + b"\x01\xd8", is_html=True).encoding != "utf-16-le"


def test_a_byte_order_mark_of_utf_32_before_what_is_none_is_one_of_utf_16():
    assert decode(b"\xff\xfe\x00\x00a\x00").encoding == "utf-16-le"
    assert decode(b"\xff\xfe\x00\x00a\x00\x00\x00").encoding == "utf-32-le"


def test_what_is_neither_utf_8_nor_known_is_taken_for_western_european():
    decoded = decode(b"caf\xe9")
    assert decoded.text == "café"
    assert decode(TEXTS["ru"].encode("koi8-r")).reason == "detected: by the frequency of its bytes"
    reasons = {decode(bytes([n])).reason for n in range(128, 256)}
    assert "detected: not UTF-8, assumed to be Western European" in reasons
    assert all(
        decode(bytes([n])).encoding == "cp1252" for n in range(128, 256) if "Western" in decode(bytes([n])).reason
    )


# Strings


@pytest.mark.parametrize("text", ["", "plain", "Größe", "日本"])
def test_a_string_is_its_utf_8(text):
    decoded = decode_str(text)
    assert (decoded.text, decoded.encoding, decoded.reason, decoded.raw) == (text, "utf-8", "column", "")
    assert encode(decoded) == text.encode()


@given(st.text(st.characters(codec=None)))
def test_lone_surrogates_of_a_string_come_back_and_are_no_text(text):
    decoded = decode_str(text)
    assert (decoded.encoding, decoded.reason) == ("utf-8", "column")
    assert len(decoded.text) >= len(text)
    decoded.text.encode()
    assert encode(decoded) == text.encode("utf-8", "surrogatepass")


# Encodings by name


@pytest.mark.parametrize(
    ("label", "name"), [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le"), ("UTF8", "utf-8")]
)
def test_encodings_have_the_name_of_the_one_without_a_byte_order_mark(label, name):
    assert codec_name(label) == name


@pytest.mark.parametrize(
    "label", ["punycode", "undefined", "raw_unicode_escape", "unicode-escape", "idna", "hex", "", "no such"]
)
def test_what_python_calls_an_encoding_and_no_page_is_written_in_is_none(label):
    with pytest.raises(
        ConfigError, match=f"^{label!r} is not a known text encoding; use a name such as utf-8 or cp1252$"
    ):
        codec_name(label)


@pytest.mark.parametrize("raw", ["AAAA", "eJwDAAAAAA", "eJwD!AAAAAAE=", "no base64", "eJwDAAAAAAE"])
def test_damaged_bytes_of_an_encoding_without_a_way_back_are_told(raw):
    with pytest.raises(ValueError):
        zlib_bytes(raw)
    with pytest.raises(ValueError):
        encode(Decoded("", "utf-8", "", raw=raw))


def test_bytes_that_can_not_be_unpacked_are_said_to_be_damaged():
    with pytest.raises(ValueError, match="^the raw bytes are damaged: "):
        zlib_bytes("AAAA")
    assert zlib_bytes("eJwDAAAAAAE=") == b""


# What is no text

SIGNATURES = {
    "a PNG image": b"\x89PNG\r\n\x1a\n", "a JPEG image": b"\xff\xd8\xff\xe0", "a GIF image": b"GIF89a",
    "a WebP, WAV or AVI file": b"RIFF", "a PDF": b"%PDF-1.7", "a ZIP archive or an office document": b"PK\x03\x04",
    "a ZIP archive": b"PK\x05\x06", "gzip data": b"\x1f\x8b", "bzip2 data": b"BZh9", "xz data": b"\xfd7zXZ\x00",
    "zstd data": b"\x28\xb5\x2f\xfd", "a 7z archive": b"7z\xbc\xaf\x27\x1c", "a RAR archive": b"Rar!\x1a\x07",
    "a program": b"\x7fELF", "a Windows program": b"MZ", "a WebAssembly module": b"\x00asm",
    "an SQLite database": b"SQLite format 3\x00", "a Parquet file": b"PAR1", "an Ogg file": b"OggS",
    "an MP3 file": b"ID3", "an old office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a TIFF image": b"II*\x00",
    "a web font": b"wOFF",
}  # fmt: skip
MORE_SIGNATURES = [("a program", b"\xca\xfe\xba\xbe"), ("a TIFF image", b"MM\x00*"), ("a web font", b"wOF2")]
PACKED = ("gzip data", "bzip2 data", "xz data", "zstd data", "a 7z archive", "a RAR archive", "a ZIP archive")


@pytest.mark.parametrize(("kind", "opening"), [*SIGNATURES.items(), *MORE_SIGNATURES])
def test_files_of_other_kinds_are_known_by_their_opening(kind, opening):
    cure = "decompress it first" if kind in PACKED else "exclude it, or convert it to text first"
    for data in (opening + b"\x02\x01\xff words", opening + b"\x02 words"):
        with pytest.raises(InputError, match=f"^looks like {kind}, not text; {cure}$"):
            refuse_binary(data)
    with pytest.raises(InputError, match="^looks like binary data, not text; exclude it, or convert it to text first$"):
        refuse_binary(b"\x02\x01\xff" + opening)


def test_an_opening_within_plain_text_is_no_file_of_another_kind():
    for opening in (b"PAR1", b"ID3", b"MZ", b"GIF8", b"BZh", b"OggS", b"wOFF"):
        refuse_binary(opening + " and some wörds".encode())
        with pytest.raises(InputError):
            refuse_binary(opening + b" and some w\xf6rds")
    with pytest.raises(InputError, match="a PDF"):
        refuse_binary(b"%PDF- and some words")


def shares(controls, others, byte=b"\x01", letter=b"a"):
    return byte * controls + letter * others


def test_data_more_than_three_tenths_of_which_are_control_characters_is_binary():
    refuse_binary(shares(30, 70))
    for byte in (b"\x00", b"\x01", b"\x1f"):
        with pytest.raises(InputError, match="^looks like binary data, not text; exclude it"):
            refuse_binary(shares(31, 69, byte))
    for byte in (b" ", b"\t", b"\n", b"\x0b", b"\x0c", b"\r", b"\x1b", b"\x7f"):
        refuse_binary(shares(99, 1, byte))


def test_data_that_is_no_utf_8_is_binary_with_more_than_a_twentieth():
    refuse_binary(shares(5, 95, letter=b"\xe9"))
    refuse_binary(shares(6, 94))
    with pytest.raises(InputError, match="^looks like binary data"):
        refuse_binary(shares(6, 94, letter=b"\xe9"))


def test_of_large_data_the_first_65536_bytes_are_looked_at():
    sample = shares(4096, 61440)
    refuse_binary(sample + b"\xff" * 9)
    with pytest.raises(InputError):
        refuse_binary(sample[:-1] + b"\xff" * 9)


def test_a_character_may_be_cut_off_where_the_first_65536_bytes_end_and_nowhere_else():
    large = shares(4096, 61439) + "é".encode() * 9
    refuse_binary(large)
    with pytest.raises(InputError):
        refuse_binary(large[: 65536 - 4096 - 8] + b"\xc3")
    with pytest.raises(InputError):
        refuse_binary(shares(4096, 61439 - 8) + b"\xe9" * 99)


def test_text_with_a_byte_order_mark_is_text_whatever_it_holds():
    for bom in BOMS:
        refuse_binary(bom + shares(99, 1))
    with pytest.raises(InputError):
        refuse_binary(shares(99, 1) + codecs.BOM_UTF8)


def test_nothing_at_all_is_text():
    refuse_binary(b"")
    assert decode(b"").text == ""
