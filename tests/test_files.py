"""Publishers' files: what is cut, wrongly encoded or made to harm is refused, with its place."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.sources import files
from kg.sources.files import SafeZip, rows, table, text_lines


def written(tmp_path: Path, data: bytes, name: str = "x.tsv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def zipped(tmp_path: Path, *members: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def refused(path: Path, encoding: str = "utf-8") -> str:
    with pytest.raises(InputError) as caught:
        list(text_lines(path, encoding))
    return str(caught.value).removeprefix(f"{path}:").strip()


def refused_zip(path: Path, name: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        SafeZip(path).read(name or SafeZip(path).names()[0])
    return str(caught.value).removeprefix(f"{path}:").strip()


# ---------------------------------------------------------------- lines

TEXT = "name\tdose\nExamplix\t5 µg\nDemorol\t\n"
WANT = [(1, "name\tdose"), (2, "Examplix\t5 µg"), (3, "Demorol\t")]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("way", ["plain", "gz", "zip"])
def test_the_same_lines_however_they_are_packed(
    tmp_path: Path, way: str, mark: str, ends: str
) -> None:
    data = (mark + TEXT.replace("\n", ends)).encode()
    paths = {
        "plain": lambda: written(tmp_path, data),
        "gz": lambda: written(tmp_path, gzip.compress(data), "x.tsv.gz"),
        "zip": lambda: zipped(tmp_path, ("notes.pdf", b"%PDF"), ("list/x.TXT", data)),
    }
    assert list(text_lines(paths[way]())) == WANT


def test_an_older_encoding_is_read_where_it_is_named(tmp_path: Path) -> None:
    assert list(text_lines(written(tmp_path, TEXT.encode("cp1252")), "cp1252")) == WANT


def test_a_file_without_a_line_has_none(tmp_path: Path) -> None:
    assert list(text_lines(written(tmp_path, b""))) == []


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
def test_blocks_leave_no_trace(tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BLOCK", block)
    path = written(tmp_path, "\ufeffé\r\n\r\nµg\r\n".encode())
    assert list(text_lines(path)) == [(1, "é"), (2, ""), (3, "µg")]
    bad = written(tmp_path, b"one\ntwo\nthr\xffee\nfour\n")
    assert refused(bad) == "3: byte 0xff is not utf-8"


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"a\nb\xe9\nc\n", "utf-8", "2: byte 0xe9 is not utf-8"),
        (b"a\nb\nc\x81\n", "cp1252", "3: byte 0x81 is not cp1252"),
        (b"a\nb\0\n", "utf-8", "2: control character U+0000"),
        (b"a\x1bb\n", "utf-8", "1: control character U+001B"),
        (b"a\rb\n", "utf-8", "1: control character U+000D"),
        ("é\na\u202eb\n".encode(), "utf-8", "2: control character U+202E"),
        (b"a\nb", "utf-8", "2: the last line has no end; the file may be cut: fetch it again"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(
    tmp_path: Path, data: bytes, encoding: str, message: str
) -> None:
    assert refused(written(tmp_path, data), encoding) == message


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.tsv") == "there is no such file"
    assert refused(tmp_path) == "there is no such file"


def test_an_endless_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 100)
    assert refused(written(tmp_path, b"a" * 101)) == "a line is longer than 100 bytes"


# ---------------------------------------------------------------- gzip


@pytest.mark.parametrize("cut", [1, 5, 9, 30])
def test_a_cut_gzip(tmp_path: Path, cut: int) -> None:
    data = gzip.compress(TEXT.encode() * 3)
    said = refused(written(tmp_path, data[:-cut], "x.gz"))
    assert said.startswith("broken gzip file: ")
    assert said.endswith("; the file may be cut: fetch it again")


@pytest.mark.parametrize("data", [b"name\n", gzip.compress(b"a\n", mtime=0) + b"rubbish"])
def test_what_is_no_gzip(tmp_path: Path, data: bytes) -> None:
    assert refused(written(tmp_path, data, "x.gz")).startswith(
        "broken gzip file: Not a gzipped file"
    )


def test_an_empty_gzip(tmp_path: Path) -> None:
    assert refused(written(tmp_path, b"", "x.gz")).startswith("is empty, so no gzip file")


def test_a_gzip_with_a_wrong_check_sum(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(b"abc\n"))
    data[-8] ^= 1
    assert refused(written(tmp_path, bytes(data), "x.gz")).startswith("broken gzip file: CRC check")


def test_a_gzip_bomb(tmp_path: Path) -> None:
    bomb = gzip.compress((b"x" * 1023 + b"\n") * (files.FREE // 1024 + 1))
    assert refused(written(tmp_path, bomb, "x.gz")) == "unpacks to more than 200 times its size"


def test_a_file_beyond_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 5)
    assert refused(written(tmp_path, b"a\nb\nc\n")) == "unpacks to more than 5 bytes"


# ---------------------------------------------------------------- zip


def test_members_in_the_order_of_the_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("b/", b""), ("b/two.txt", b"2"), ("a.txt", b""))
    archive = SafeZip(path)
    assert archive.names() == ["b/two.txt", "a.txt"]
    assert [archive.read(name) for name in archive.names()] == [b"2", b""]


@pytest.mark.parametrize("name", ["c.txt", "b/"])
def test_no_such_member(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path, ("b/", b""), ("b/two.txt", b"2"))
    assert refused_zip(path, name) == f"{name}: there is no such member"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("/etc/passwd", "the member's name is absolute"),
        ("C:/x.txt", "the member's name is absolute"),
        ("../x.txt", "the member's name leaves the archive or is no plain name"),
        ("a/../../x.txt", "the member's name leaves the archive or is no plain name"),
        ("a\\..\\x.txt", "the member's name leaves the archive or is no plain name"),
        ("a\x1b.txt", "the member's name leaves the archive or is no plain name"),
    ],
)
def test_a_member_that_would_leave_the_archive(tmp_path: Path, name: str, problem: str) -> None:
    assert refused_zip(zipped(tmp_path, (name, b"x"))) == f"{name}: {problem}"


def test_a_member_that_hides_its_name_behind_a_null_byte(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("aXb.txt", b"x"))
    path.write_bytes(path.read_bytes().replace(b"aXb.txt", b"a\0b.txt"))
    assert "is no plain name" in refused_zip(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"1"), ("a.txt", b"2"))
    assert refused_zip(path) == "a.txt: the member stands twice"


def test_a_link(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refused_zip(path) == "a.txt: the member is a link"


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"x"))
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    assert refused_zip(path) == "a.txt: the member is encrypted"


def test_an_unusual_compression(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"x"), how=zipfile.ZIP_BZIP2)
    assert refused_zip(path) == "a.txt: unknown compression 12"


def test_a_bomb_by_its_declared_size(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"\n" * (files.FREE + 1)))
    assert refused_zip(path) == "a.txt: unpacks to more than 200 times its size"


def declare(path: Path, size: int, crc: bytes | None = None) -> Path:
    """Change the unpacked size (and check sum) that the archive declares of its one member."""
    data = bytearray(path.read_bytes())
    for signature, sum_at, size_at in ((b"PK\x03\x04", 14, 22), (b"PK\x01\x02", 16, 24)):
        start = data.index(signature)
        struct.pack_into("<I", data, start + size_at, size)
        if crc is not None:
            data[start + sum_at : start + sum_at + 4] = crc
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("size", [10, 29_999, 30_001])
def test_a_bomb_by_its_real_size(tmp_path: Path, size: int) -> None:
    path = declare(zipped(tmp_path, ("a.txt", b"\n" * 30_000)), size)
    assert refused_zip(path).startswith("a.txt: ")


def test_a_member_longer_than_declared_whose_beginning_has_the_right_check_sum(
    tmp_path: Path,
) -> None:
    crc = struct.pack("<I", zlib.crc32(b"a\n"))
    path = declare(zipped(tmp_path, ("a.txt", b"a\nb\n")), 2, crc)
    assert zipfile.ZipFile(path).read("a.txt") == b"a\n", "what zipfile alone would believe"
    assert refused_zip(path).startswith("a.txt: ")


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MAX_ARCHIVE", 3, "unpacks to more than 3 bytes"),
        ("MAX_BYTES", 1, "a.txt: unpacks to more than 1 bytes"),
        ("MAX_MEMBERS", 1, "more than 1 members"),
    ],
)
def test_sums_have_limits(
    tmp_path: Path, limit: str, value: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, limit, value)
    path = zipped(tmp_path, ("a.txt", b"12"), ("b.txt", b"34"))
    assert refused_zip(path) == message


@pytest.mark.parametrize("keep", [0, 10, 60, -1, -30])
def test_a_cut_archive(tmp_path: Path, keep: int) -> None:
    path = zipped(tmp_path, ("a.txt", b"abc\n" * 100))
    path.write_bytes(path.read_bytes()[:keep])
    said = refused_zip(path)
    assert said.startswith("broken zip archive: ")
    assert said.endswith("; the file may be cut: fetch it again")


def test_a_damaged_member(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"abc\n" * 100), how=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"abc", b"abd", 1))
    assert refused_zip(path).startswith("a.txt: broken zip member: Bad CRC-32")


def test_a_member_whose_own_header_has_a_name_of_no_encoding(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"x"))
    data = bytearray(path.read_bytes())
    data[7] |= 8  # the name is said to be UTF-8
    data[30] = 0x81
    path.write_bytes(data)
    assert refused_zip(path).startswith("a.txt: broken zip member: 'utf-8' codec")


def test_a_member_that_begins_where_the_archive_ends(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.txt", b"x"))
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 42, len(data) - 9)
    path.write_bytes(data)
    assert refused_zip(path).startswith("a.txt: broken zip member: ")


def test_a_missing_archive(tmp_path: Path) -> None:
    assert refused_zip(tmp_path / "none.zip", "a") == "No such file or directory"


@pytest.mark.parametrize("names", [("a.pdf",), ("a.txt", "b.csv")])
def test_an_archive_of_none_or_several_texts(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = zipped(tmp_path, *((name, b"a\n") for name in names))
    count = len(names) if names[0] == "a.txt" else 0
    assert refused(path) == f"holds {count} texts like *, not one"


def test_one_text_of_several_by_its_name(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("read me.txt", b"hello\n"), ("list/names_1.txt", b"a\n"))
    assert list(text_lines(path, member="names*.txt")) == [(1, "a")]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(("gz", "zip")), at=st.integers(0, 10**6), put=st.binary(max_size=6))
def test_a_damaged_archive_is_an_input_error_or_harmless(
    kind: str, at: int, put: bytes, tmp_path: Path
) -> None:
    data = TEXT.encode() * 9
    path = zipped(tmp_path, ("a.txt", data))
    if kind == "gz":
        path = written(tmp_path, gzip.compress(data), "x.gz")
    good = path.read_bytes()
    at %= len(good)
    path.write_bytes(good[:at] + put + good[at + len(put) :])
    try:
        found = [line for _, line in text_lines(path)]
    except InputError as error:
        assert str(error).startswith(f"{path}:")
    else:
        assert found == data.decode().splitlines()


# ---------------------------------------------------------------- tables

COLUMNS = ("name", "dose")
PATH = Path("x.tsv")


def numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), 1))


def test_a_table_by_column() -> None:
    lines = numbered('name\tdose\nExam"plix\t5\nDemorol\t\n')
    want = [(2, {"name": 'Exam"plix', "dose": "5"}), (3, {"name": "Demorol", "dose": ""})]
    assert list(table(lines, path=PATH, sep="\t", columns=COLUMNS)) == want
    fast = rows(lines, path=PATH, sep="\t", columns=COLUMNS)
    assert [(line, tuple(row)) for line, row in fast] == [
        (line, tuple(row.values())) for line, row in want
    ]


def test_columns_in_another_order() -> None:
    lines = numbered("dose\tname\n5\tExamplix\n")
    assert [*rows(lines, path=PATH, sep="\t", columns=COLUMNS)] == [(2, ("Examplix", "5"))]
    assert [*table(lines, path=PATH, sep="\t", columns=COLUMNS)] == [
        (2, {"dose": "5", "name": "Examplix"})
    ]


def test_commas_and_quotes_and_cells_of_several_lines() -> None:
    lines = numbered('name,dose\n"Exam, plix","5 ""mg""\nor 6"\nDemorol,\n')
    assert [*table(lines, path=PATH, sep=",", columns=COLUMNS)] == [
        (2, {"name": "Exam, plix", "dose": '5 "mg"\nor 6'}),
        (4, {"name": "Demorol", "dose": ""}),
    ]


def test_other_columns_where_they_are_welcome() -> None:
    lines = numbered("name\tdose\tnew\nExamplix\t5\tx\n")
    found = table(lines, path=PATH, sep="\t", columns=COLUMNS, exact=False)
    assert [*found] == [(2, {"name": "Examplix", "dose": "5", "new": "x"})]


@pytest.mark.parametrize(
    ("text", "sep", "message"),
    [
        ("", "\t", "x.tsv: has no header line"),
        ("", ",", "x.tsv: has no header line"),
        ("name\n", "\t", 'x.tsv:1: missing column "dose"'),
        ("name\tdose\tnew\n", "\t", 'x.tsv:1: unknown column "new"'),
        ("name\tdose\tname\n", "\t", 'x.tsv:1: the column "name" stands twice'),
        ("name\tdose\na\tb\na\n", "\t", "x.tsv:3: 1 cells, the header has 2"),
        ("name\tdose\na\tb\tc\n", "\t", "x.tsv:2: 3 cells, the header has 2"),
        ("name\tdose\n\na\tb\n", "\t", "x.tsv:2: 1 cells, the header has 2"),
        ("name,dose\n\na,b\n", ",", "x.tsv:2: 0 cells, the header has 2"),
        ('name,dose\na,"b\nc\n', ",", "x.tsv:2: not CSV: unexpected end of data"),
        ('name,dose\na,"b"c\n', ",", "x.tsv:2: not CSV: ',' expected after '\"'"),
    ],
)
@pytest.mark.parametrize("read", [table, rows])
def test_a_table_that_is_not_as_declared(text: str, sep: str, message: str, read: object) -> None:
    assert callable(read)
    with pytest.raises(InputError) as caught:
        list(read(numbered(text), path=PATH, sep=sep, columns=COLUMNS))
    assert str(caught.value) == message


def test_a_table_is_read_as_it_comes() -> None:
    """A fault is found when its row is reached: a table need not be held in memory."""
    lines = iter(io.StringIO("name\tdose\na\tb\na\n").read().splitlines())
    found = table(enumerate(lines, 1), path=PATH, sep="\t", columns=COLUMNS)
    assert next(found) == (2, {"name": "a", "dose": "b"})
    with pytest.raises(InputError):
        next(found)
