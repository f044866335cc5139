"""One file from one address, from a real server that does what publishers' servers do."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import socket
import zipfile
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any
from urllib import request

import pytest

from kg import __version__, download, payload
from kg.download import ATTEMPTS, Downloaded
from kg.errors import BuildError, KgError, LimitHit, NotFetched
from kg.part import Held, Part
from tests.publisher import Answer, Publisher, serving

BODY = b"".join(b"%d\tExamplix\n" % n for n in range(20_000))
TAG = '"one"'
DAY = "Tue, 02 Jul 2019 10:00:00 GMT"


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with serving() as found:
        yield found


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "sources" / "register" / "register.tsv"


def get(address: str, target: Path, **options: Any) -> Downloaded:
    """Download without waiting between attempts."""
    usual: dict[str, Any] = {"limit": 10_000_000, "timeout": 5, "sleep": lambda seconds: None}
    return download.download(address, target, **usual | options)


def leftovers(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path != target)


def part_of(target: Path, more: str = "") -> Path:
    return target.parent / ".parts" / f"{target.name}.part{more}"


HALF = 70_000


def half(target: Path, publisher: Publisher, **headers: str) -> None:
    """Leave a part behind, as a run does that was broken off."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    address = publisher.offers("/register.tsv", Answer(BODY, headers=named, cut=HALF))
    with pytest.raises(NotFetched):
        get(address, target)
    assert part_of(target).stat().st_size == HALF
    publisher.asked.clear()


# ---------------------------------------------------------------- a file that comes whole


def test_a_file_is_kept_as_it_was_sent(publisher: Publisher, target: Path) -> None:
    told: list[tuple[int, int | None]] = []
    address = publisher.holds("/register.tsv", BODY, ETag=TAG)
    got = get(address, target, progress=lambda held, total: told.append((held, total)))
    assert got == Downloaded(len(BODY), hashlib.sha256(BODY).hexdigest(), None)
    assert target.read_bytes() == BODY
    assert leftovers(target) == []
    assert told[0] == (0, len(BODY)) and told[-1] == (len(BODY), len(BODY))
    assert told == sorted(told)


def test_who_asks_is_said_and_nothing_else(publisher: Publisher, target: Path) -> None:
    get(publisher.holds("/register.tsv", BODY), target)
    _, headers = publisher.asked[0]
    assert {name.lower(): value for name, value in headers.items()} == {
        "user-agent": f"drugfacts/{__version__}",
        "accept-encoding": "identity",
        "host": publisher.base.removeprefix("http://"),
        "connection": "close",
    }


def test_a_body_of_unknown_length_is_read_to_its_end(publisher: Publisher, target: Path) -> None:
    told: list[int | None] = []
    address = publisher.offers("/register.tsv", Answer(BODY, length=False))
    get(address, target, progress=lambda held, total: told.append(total))
    assert target.read_bytes() == BODY
    assert set(told) == {None}


def test_an_old_file_is_replaced(publisher: Publisher, target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.write_text("old")
    get(publisher.holds("/register.tsv", BODY), target)
    assert target.read_bytes() == BODY


def test_the_proxy_of_the_environment_is_used(
    publisher: Publisher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", publisher.base)
    publisher.pages["http://register.invalid/register.tsv"] = Answer(BODY)
    get("http://register.invalid/register.tsv", target)
    assert target.read_bytes() == BODY


# ---------------------------------------------------------------- broken off, and resumed


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"ETag": TAG}, TAG),
        ({"Last_Modified": DAY}, DAY),
        ({"ETag": TAG, "Last_Modified": DAY}, TAG),
        ({"ETag": "W/" + TAG, "Last_Modified": DAY}, DAY),
    ],
)
def test_the_rest_is_asked_for(
    publisher: Publisher, target: Path, headers: dict[str, str], validator: str
) -> None:
    half(target, publisher, **headers)
    address = publisher.holds("/register.tsv", BODY, **headers)
    got = get(address, target)
    assert publisher.ranges() == ["bytes=70000-"]
    assert publisher.asked[0][1]["If-Range"] == validator
    assert got.sha256 == hashlib.sha256(BODY).hexdigest()
    assert target.read_bytes() == BODY
    assert leftovers(target) == []


def test_a_cut_connection_is_taken_up_again_at_once(publisher: Publisher, target: Path) -> None:
    waits: list[float] = []
    address = publisher.offers(
        "/register.tsv",
        Answer(BODY, headers={"ETag": TAG}, cut=1000),
        Answer(
            BODY[1000:],
            206,
            {"ETag": TAG, "Content-Range": f"bytes 1000-{len(BODY) - 1}/{len(BODY)}"},
        ),
    )
    get(address, target, sleep=waits.append)
    assert publisher.ranges() == [None, "bytes=1000-"]
    assert waits == [1.0]
    assert target.read_bytes() == BODY


def test_a_server_that_ignores_ranges_makes_it_begin_anew(
    publisher: Publisher, target: Path
) -> None:
    half(target, publisher, ETag=TAG)
    get(publisher.offers("/register.tsv", Answer(BODY, headers={"ETag": TAG})), target)
    assert publisher.ranges() == ["bytes=70000-"]
    assert target.read_bytes() == BODY


def test_a_file_that_changed_meanwhile_makes_it_begin_anew(
    publisher: Publisher, target: Path
) -> None:
    half(target, publisher, ETag=TAG)
    new = BODY.replace(b"Examplix", b"Samplix")
    get(publisher.holds("/register.tsv", new, ETag='"two"'), target)
    assert publisher.ranges() == ["bytes=70000-"]
    assert target.read_bytes() == new


@pytest.mark.parametrize(
    "answer",
    [
        Answer(BODY[5:], 206, {"ETag": TAG, "Content-Range": f"bytes 5-{len(BODY) - 1}/*"}),
        Answer(
            BODY[70_000:],
            206,
            {"ETag": '"two"', "Content-Range": f"bytes 70000-{len(BODY) - 1}/{len(BODY)}"},
        ),
        Answer(BODY[70_000:], 206, {"ETag": TAG}),
        Answer(b"", 416, {"Content-Range": "bytes */1000"}),
    ],
    ids=["another range", "another file", "no range", "a shorter file"],
)
def test_a_part_that_does_not_fit_is_thrown_away(
    publisher: Publisher, target: Path, answer: Answer
) -> None:
    half(target, publisher, ETag=TAG)
    get(publisher.offers("/register.tsv", answer, Answer(BODY)), target)
    assert publisher.ranges() == ["bytes=70000-", None]
    assert target.read_bytes() == BODY


def test_a_part_of_which_little_is_said_fits(publisher: Publisher, target: Path) -> None:
    """A 206 need not repeat the date of the change (RFC 9110, section 15.3.7)."""
    half(target, publisher, ETag=TAG, Last_Modified=DAY)
    rest = {"ETag": TAG, "Content-Range": f"bytes 70000-{len(BODY) - 1}/*"}
    get(publisher.offers("/register.tsv", Answer(BODY[70_000:], 206, rest)), target)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("headers", [{}, {"ETag": "W/" + TAG}])
def test_a_part_without_a_validator_is_not_resumed(
    publisher: Publisher, target: Path, headers: dict[str, str]
) -> None:
    half(target, publisher, **headers)
    get(publisher.holds("/register.tsv", BODY), target)
    assert publisher.ranges() == [None]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"other": 1}', '{"address": "http://e.org/"}'])
def test_a_part_of_something_else_is_not_resumed(
    publisher: Publisher, target: Path, text: str
) -> None:
    half(target, publisher, ETag=TAG)
    part_of(target, ".json").write_text(text)
    get(publisher.holds("/register.tsv", BODY, ETag=TAG), target)
    assert publisher.ranges() == [None]
    assert target.read_bytes() == BODY


def test_what_the_server_said_stands_beside_the_part(publisher: Publisher, target: Path) -> None:
    half(target, publisher, ETag=TAG, Last_Modified=DAY)
    about = json.loads(part_of(target, ".json").read_text())
    address = f"{publisher.base}/register.tsv"
    assert about == {"address": address, "etag": TAG, "modified": DAY, "encoding": ""}


def test_two_downloads_of_one_file_do_not_mix(publisher: Publisher, target: Path) -> None:
    with Part(target), pytest.raises(BuildError, match=r"another download is writing .*\.part"):
        get(publisher.holds("/register.tsv", BODY), target)
    assert leftovers(target) == []


# ---------------------------------------------------------------- encodings


def test_a_text_sent_as_gzip_is_unpacked(publisher: Publisher, target: Path) -> None:
    packed = gzip.compress(BODY, mtime=0)
    got = get(publisher.holds("/register.tsv", packed, Content_Encoding="gzip"), target)
    assert target.read_bytes() == BODY
    assert got.size == len(BODY)
    assert leftovers(target) == []


def test_a_gzip_file_is_kept_packed_whatever_it_is_called(
    publisher: Publisher, tmp_path: Path
) -> None:
    packed = gzip.compress(BODY, mtime=0)
    target = tmp_path / "terms.obo.gz"
    get(publisher.holds("/terms.obo.gz", packed, Content_Encoding="gzip"), target)
    assert target.read_bytes() == packed


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (BODY, "br", "encodes the file as 'br', which was not asked for"),
        (gzip.compress(BODY, mtime=0)[:-9], "gzip", "encoded as gzip, and is damaged"),
        (BODY, "gzip", "encoded as gzip, and is damaged: Not a gzipped file"),
    ],
)
def test_an_encoding_that_cannot_be_undone(
    publisher: Publisher, target: Path, body: bytes, encoding: str, words: str
) -> None:
    with pytest.raises(NotFetched, match=words):
        get(publisher.holds("/register.tsv", body, Content_Encoding=encoding), target)
    assert leftovers(target) == []


def test_what_unpacks_beyond_the_limit_is_given_up(publisher: Publisher, target: Path) -> None:
    packed = gzip.compress(bytes(2_000_000), mtime=0)
    address = publisher.holds("/register.tsv", packed, Content_Encoding="gzip")
    with pytest.raises(LimitHit, match="it unpacks to more than 1000000 bytes"):
        get(address, target, limit=1_000_000)
    assert leftovers(target) == []


# ---------------------------------------------------------------- what came is not it


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), "Examplix\n" * 100)
    return out.getvalue()


def locked() -> bytes:
    """An archive whose one member claims to be encrypted."""
    data = bytearray(archive("one.txt"))
    for at in (6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    return bytes(data)


PAGE = b"<!DOCTYPE html>\n<html><head><title>Page not found</title></head></html>"
XHTML = b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"></html>'
MOVED = "the publisher's address answers with a web page; it may have moved"
WRONG = {
    "page for a table": ("register.tsv", PAGE, MOVED),
    "page for an archive": ("register.zip", b"\xef\xbb\xbf \n" + PAGE.lower(), MOVED),
    "xhtml for a label": ("label.xml", XHTML, MOVED),
    "nothing": ("register.tsv", b"", "answers with nothing"),
    "text for an archive": ("register.zip", b"a\tb\n", "with something else, not a zip archive"),
    "text for a workbook": ("table.xlsx", b"a\tb\n", "with something else, not a zip archive"),
    "text for a gzip file": ("terms.obo.gz", b"a\tb\n", "with something else, not a gzip file"),
    "archive for a table": ("register.tsv", archive("a.txt"), "with a zip archive, not text"),
    "gzip for a table": ("register.tsv", gzip.compress(b"a"), "with a gzip file, not text"),
    "PDF for a table": ("register.tsv", b"%PDF-1.7", "with a PDF file, not text"),
    "binary for a table": ("register.tsv", b"a\0b", "with a binary file, not text"),
    "cut archive": ("register.zip", archive("a.txt")[:-30], "a zip archive, and it is damaged"),
    "changed archive": (
        "register.zip",
        archive("a.txt").replace(b"Examplix", b"Exemplix", 1),
        "and it is damaged: a member does not have its checksum",
    ),
    "locked archive": ("register.zip", locked(), "a zip archive locked by a password"),
    "cut gzip": ("terms.obo.gz", gzip.compress(BODY)[:-9], "a gzip file, and it is damaged"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_the_file_does_not_replace_it(
    publisher: Publisher, tmp_path: Path, case: str
) -> None:
    name, body, words = WRONG[case]
    target = tmp_path / name
    target.write_text("old")
    with pytest.raises(NotFetched, match=re.escape(words)):
        get(publisher.holds("/" + name, body, ETag=TAG), target)
    assert target.read_text() == "old"
    assert leftovers(target) == [], "what is no good is not resumed"


@pytest.mark.parametrize("name", ["register.zip", "table.xlsx"])
def test_a_whole_archive_is_kept(publisher: Publisher, tmp_path: Path, name: str) -> None:
    get(publisher.holds("/" + name, archive("a.txt", "b.txt")), tmp_path / name)
    assert (tmp_path / name).read_bytes() == archive("a.txt", "b.txt")


@pytest.mark.parametrize("name", ["register.zip", "terms.obo.gz"])
def test_an_archive_that_unpacks_to_too_much_is_refused(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(payload, "UNPACKED_LIMIT", 1000)
    body = archive("a.txt", "b.txt") if name.endswith("zip") else gzip.compress(BODY)
    with pytest.raises(LimitHit, match="unpacks to more than 1000 bytes"):
        get(publisher.holds("/" + name, body), tmp_path / name)
    assert leftovers(tmp_path / name) == []


def test_html_within_a_text_is_no_web_page(publisher: Publisher, target: Path) -> None:
    body = b"name\tdescription\nExamplix\tsee <html> and <!doctype html>\n"
    get(publisher.holds("/register.tsv", body), target)
    assert target.read_bytes() == body


# ---------------------------------------------------------------- the server says no, or later


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "the publisher's address has moved (status 404)"),
        (410, "the publisher's address has moved (status 410)"),
        (403, "the publisher's server refuses (status 403, Forbidden)"),
        (401, "the publisher's server refuses (status 401, Unauthorized)"),
        (204, "the publisher's server answers with status 204"),
    ],
)
def test_a_no_is_final(publisher: Publisher, target: Path, status: int, words: str) -> None:
    with pytest.raises(NotFetched, match=re.escape(words)):
        get(publisher.offers("/register.tsv", Answer(status=status)), target)
    assert len(publisher.asked) == 1
    assert leftovers(target) == []


def test_a_busy_server_is_asked_again_when_it_says(publisher: Publisher, target: Path) -> None:
    waits: list[float] = []
    address = publisher.offers(
        "/register.tsv",
        Answer(status=429, headers={"Retry-After": "7"}),
        Answer(status=503, headers={"Retry-After": formatdate(time() + 30, usegmt=True)}),
        Answer(status=503, headers={"Retry-After": formatdate(time() - 30, usegmt=True)}),
        Answer(status=502, headers={"Retry-After": "soon"}),
        Answer(BODY),
    )
    get(address, target, sleep=waits.append)
    assert target.read_bytes() == BODY
    assert waits[0] == 7 and 20 < waits[1] <= 30 and waits[2] == 0 and waits[3] == 8


def test_a_server_that_stays_busy_is_given_up(publisher: Publisher, target: Path) -> None:
    waits: list[float] = []
    words = re.escape(f"is busy or failing (status 503), {ATTEMPTS} times in a row; try later")
    with pytest.raises(NotFetched, match=words):
        get(
            publisher.offers("/register.tsv", Answer(status=503)),
            target,
            sleep=waits.append,
        )
    assert waits == [1, 2, 4, 8]
    assert len(publisher.asked) == ATTEMPTS


def test_no_server_makes_us_wait_for_an_hour(publisher: Publisher, target: Path) -> None:
    waits: list[float] = []
    address = publisher.offers(
        "/register.tsv", Answer(status=429, headers={"Retry-After": "3600"}), Answer(BODY)
    )
    with pytest.raises(NotFetched, match="the server asks to wait 3600 s"):
        get(address, target, sleep=waits.append)
    assert waits == []


def test_a_silent_server_is_given_up(publisher: Publisher, target: Path) -> None:
    address = publisher.offers("/register.tsv", Answer(BODY, headers={"ETag": TAG}, stall=1000))
    with pytest.raises(NotFetched, match="was lost: timed out, 5 times in a row"):
        get(address, target, timeout=0.5)
    assert part_of(target).stat().st_size == 1000
    assert publisher.ranges() == [None, *["bytes=1000-"] * 4]


def test_a_server_that_is_not_there(target: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/register.tsv"
        with pytest.raises(NotFetched, match=r"127\.0\.0\.1 cannot be reached: .*refused"):
            get(address, target)


def test_a_server_that_does_not_speak_http(target: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/register.tsv"
        with pytest.raises(NotFetched, match="was lost: timed out, 5 times"):
            get(address, target, timeout=0.1)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://e.org/a", "register.tsv"])
def test_only_the_web_is_asked(target: Path, address: str) -> None:
    with pytest.raises(NotFetched, match="only http and https addresses are fetched"):
        get(address, target)


# ---------------------------------------------------------------- redirections


def hop(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((302,), None),
        ((303,), None),
        ((307,), None),
        ((301,), "/1"),
        ((308,), "/1"),
        ((301, 308), "/2"),
        ((301, 302), "/1"),
        ((302, 301), None),
    ],
)
def test_redirections_are_followed_and_lasting_ones_told(
    publisher: Publisher, target: Path, statuses: tuple[int, ...], moved: str | None
) -> None:
    for n, status in enumerate(statuses):
        publisher.offers(f"/{n}", hop(f"/{n + 1}", status))
    publisher.holds(f"/{len(statuses)}", BODY)
    got = get(publisher.base + "/0", target)
    assert target.read_bytes() == BODY
    assert got.moved_to == (publisher.base + moved if moved else None)


def test_the_rest_is_asked_for_across_a_redirection(publisher: Publisher, target: Path) -> None:
    publisher.offers("/here", hop("/there"))
    publisher.offers("/there", Answer(BODY, headers={"ETag": TAG}, cut=1000))
    with pytest.raises(NotFetched):
        get(publisher.base + "/here", target)
    publisher.asked.clear()
    publisher.holds("/there", BODY, ETag=TAG)
    get(publisher.base + "/here", target)
    assert publisher.ranges() == ["bytes=1000-", "bytes=1000-"]
    assert target.read_bytes() == BODY


def test_redirections_have_an_end(publisher: Publisher, target: Path) -> None:
    for n in range(download.REDIRECTS + 1):
        publisher.offers(f"/{n}", hop(f"/{n + 1}"))
    publisher.holds(f"/{download.REDIRECTS + 1}", BODY)
    get(publisher.base + "/1", target)
    with pytest.raises(NotFetched, match="redirects in circles or astray"):
        get(publisher.base + "/0", target)
    publisher.offers("/circle", hop("/circle"))
    with pytest.raises(NotFetched, match="redirects in circles or astray"):
        get(publisher.base + "/circle", target)


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("file:///etc/passwd", "redirects in circles or astray"),
        ("ftp://e.org/register.tsv", "redirects to ftp://e.org/register.tsv, which is not secure"),
        ("//", "redirects"),
    ],
)
def test_redirections_stay_in_the_web(
    publisher: Publisher, target: Path, to: str, words: str
) -> None:
    with pytest.raises(NotFetched, match=re.escape(words)):
        get(publisher.offers("/register.tsv", hop(to)), target)
    assert not target.exists()


@pytest.mark.parametrize(
    ("here", "there", "fine"),
    [
        ("https://e.org/a", "https://e.org/b", True),
        ("http://e.org/a", "https://e.org/b", True),
        ("http://e.org/a", "http://e.org/b", True),
        ("https://e.org/a", "http://e.org/b", False),
    ],
)
def test_no_redirection_leads_from_https_to_http(here: str, there: str, fine: bool) -> None:
    redirects = download._Redirects()

    def follow() -> request.Request | None:
        return redirects.redirect_request(request.Request(here), io.BytesIO(), 301, "", {}, there)

    if fine:
        found = follow()
        assert found is not None and found.full_url == there
        assert redirects.moved_to == there
    else:
        with pytest.raises(NotFetched, match=f"redirects to {there}, which is not secure"):
            follow()


# ---------------------------------------------------------------- limits and disks


@pytest.mark.parametrize("length", [True, False])
def test_what_is_too_large_is_given_up(publisher: Publisher, target: Path, length: bool) -> None:
    address = publisher.offers("/register.tsv", Answer(BODY, length=length))
    with pytest.raises(LimitHit, match=r"bytes, .*the limit for it"):
        get(address, target, limit=len(BODY) - 1)
    assert not target.exists() and leftovers(target) == []
    get(address, target, limit=len(BODY))
    assert target.read_bytes() == BODY


def test_a_folder_that_cannot_be_made(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("a file")
    with pytest.raises(BuildError, match=r"cannot be written: (Not a directory|File exists)"):
        get(publisher.holds("/a.tsv", BODY), tmp_path / "sources" / "a.tsv")


def test_a_full_disk_leaves_the_old_file(
    publisher: Publisher, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.parent.mkdir(parents=True)
    target.write_text("old")

    def full(self: Part) -> None:
        with self._writing():
            raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Part, "sync", full)
    words = r"register\.tsv\.part cannot be written: No space left on device; the old file is"
    with pytest.raises(BuildError, match=words):
        get(publisher.holds("/register.tsv", BODY), target)
    assert target.read_text() == "old"


def test_every_refusal_has_an_exit_code_of_the_house() -> None:
    assert {cls.exit_code for cls in (NotFetched, LimitHit, BuildError)} == {1, 3, 4}
    assert all(issubclass(cls, KgError) for cls in (NotFetched, LimitHit, BuildError))


def test_only_a_strong_tag_is_asked_with() -> None:
    assert Held(etag="W/" + TAG).validator == ""
    assert Held(etag=TAG, modified=DAY).validator == TAG
    assert Held(etag=TAG).agrees(Held()) and not Held(etag=TAG).agrees(Held(etag="x"))


def test_no_part_stands_where_a_build_looks(publisher: Publisher, target: Path) -> None:
    half(target, publisher, ETag=TAG)
    assert [path.name for path in target.parent.iterdir()] == [".parts"]
    other = target.with_name("other.tsv")
    get(publisher.holds("/other.tsv", BODY), other)
    assert sorted(path.name for path in target.parent.iterdir()) == [".parts", "other.tsv"]
