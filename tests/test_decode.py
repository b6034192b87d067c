"""Bytes to text and back."""

from __future__ import annotations

import codecs
import encodings.aliases
import gzip

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linear import assert_linear

from cleaner.decode import codec_name, decode, encode, refuse_binary
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
    with pytest.raises(ConfigError, match="is no text encoding"):
        decode(b"x", declared=label)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "a PNG image"),
        (b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n", "a PDF"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "a ZIP archive"),
        (gzip.compress(b"hello", mtime=0), "gzip data, not text; unpack it"),
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
