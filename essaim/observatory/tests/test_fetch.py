"""Downloads over a real connection to this machine: resumed, restarted, refused, never half a file."""

import errno
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from essaim.law.text import Text
from essaim.observatory.errors import DiskFull, FetchError, Interrupted
from essaim.observatory.intake.provenance import provenance, read_note
from essaim.observatory.sources import fetch as fetch_module
from essaim.observatory.sources.fetch import fetch
from essaim.observatory.sources.source import Resource

BODY = bytes(range(256)) * 12_000
NAME = "StockUniteLegale_utf8.parquet"


class Publisher(ThreadingHTTPServer):
    """What the server serves and how badly; `asked` keeps the Range of every request."""

    daemon_threads = True
    body = BODY
    etag = '"one"'
    cut_after: int | None = None
    ignores_range = False
    status: int | None = None
    announces_length = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Publisher
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        publisher = self.server
        if self.path == "/stable":
            self.send_response(302)
            self.send_header("Location", "/20261101-063012/file.parquet")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        wanted = self.headers.get("Range")
        publisher.asked.append(wanted)
        if publisher.status:
            self.send_error(publisher.status)
            return
        if self.headers.get("If-None-Match") == publisher.etag:
            self.send_response(304)
            self.end_headers()
            return
        start = 0
        fresh = self.headers.get("If-Range") in (None, publisher.etag)
        if wanted and fresh and not publisher.ignores_range:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start > len(publisher.body):
                self.send_error(416)
                return
        self._send(start)

    def _send(self, start: int) -> None:
        publisher = self.server
        rest = publisher.body[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header(
                "Content-Range", f"bytes {start}-{len(publisher.body) - 1}/{len(publisher.body)}"
            )
        if publisher.announces_length:
            self.send_header("Content-Length", str(len(rest)))
        else:
            self.send_header("Connection", "close")
        self.send_header("ETag", publisher.etag)
        self.send_header("Last-Modified", "Sun, 01 Nov 2026 06:30:12 GMT")
        self.end_headers()
        self.wfile.write(rest[: publisher.cut_after])
        self.close_connection = True


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def resource(publisher: Publisher, path: str = "/file.parquet") -> Resource:
    return Resource(NAME, "parquet", publisher.url + path)


def test_a_file_comes_whole_with_its_note(publisher: Publisher, tmp_path: Path) -> None:
    steps: list[tuple[int, int | None]] = []

    def tell(step: Text, done: int = 0, total: int | None = None, /) -> None:
        assert NAME in step.fr
        steps.append((done, total))

    got = fetch(resource(publisher), tmp_path, tell)
    assert (tmp_path / NAME).read_bytes() == BODY
    assert got.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (got.size_bytes, got.new) == (len(BODY), True)
    assert (steps[0], steps[-1]) == ((0, len(BODY)), (len(BODY), len(BODY)))
    note = read_note(tmp_path / NAME)
    assert (note["sha256"], note["etag"], note["url"]) == (got.sha256, '"one"', resource(publisher).url)
    assert note["vintage"] == "2026-11-01"
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.source.json"]


def test_the_note_gives_the_intake_its_checksum_and_vintage(publisher: Publisher, tmp_path: Path) -> None:
    got = fetch(resource(publisher), tmp_path)
    facts = provenance(got.path)
    assert (facts.sha256, facts.vintage.isoformat(), facts.vintage_from) == (
        got.sha256,
        "2026-11-01",
        "fetch",
    )


def test_a_cut_connection_keeps_what_came_and_the_next_run_asks_for_the_rest(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.cut_after = 1_500_000
    with pytest.raises(FetchError) as error:
        fetch(resource(publisher), tmp_path)
    assert NAME in error.value.text.fr
    assert "Ce qui est arrivé est gardé" in error.value.text.fr
    part = tmp_path / f"{NAME}.part"
    kept = part.stat().st_size
    assert 0 < kept <= 1_500_000
    assert not (tmp_path / NAME).exists()
    publisher.cut_after = None
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY
    assert publisher.asked == [None, f"bytes={kept}-"]
    assert not part.exists()


def test_a_changed_publication_starts_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.cut_after = 1_500_000
    with pytest.raises(FetchError):
        fetch(resource(publisher), tmp_path)
    publisher.cut_after, publisher.etag, publisher.body = None, '"two"', BODY[::-1]
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY[::-1]


def test_a_server_that_ignores_range_sends_it_all_and_it_is_not_appended(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.cut_after = 1_500_000
    with pytest.raises(FetchError):
        fetch(resource(publisher), tmp_path)
    publisher.cut_after, publisher.ignores_range = None, True
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY


def test_a_part_longer_than_the_file_is_thrown_away(publisher: Publisher, tmp_path: Path) -> None:
    part = tmp_path / f"{NAME}.part"
    part.write_bytes(b"x" * (len(BODY) + 10))
    about = {"url": resource(publisher).url, "etag": publisher.etag}
    part.with_name(f"{part.name}.json").write_text(json.dumps(about))
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY
    assert publisher.asked == [f"bytes={len(BODY) + 10}-", None]


def test_a_part_of_unknown_origin_is_not_continued(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.part").write_bytes(b"something else")
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY
    assert publisher.asked == [None]


def test_a_redirection_is_followed_and_dates_the_file(publisher: Publisher, tmp_path: Path) -> None:
    got = fetch(resource(publisher, "/stable"), tmp_path)
    note = read_note(got.path)
    assert note["url"] == f"{publisher.url}/stable"
    assert note["final_url"] == f"{publisher.url}/20261101-063012/file.parquet"
    assert note["vintage"] == "2026-11-01"


def test_a_file_already_up_to_date_is_not_downloaded_again(publisher: Publisher, tmp_path: Path) -> None:
    first = fetch(resource(publisher), tmp_path)
    again = fetch(resource(publisher), tmp_path)
    assert (again.new, again.sha256) == (False, first.sha256)
    publisher.etag, publisher.body = '"two"', b"newer"
    assert fetch(resource(publisher), tmp_path).new
    assert (tmp_path / NAME).read_bytes() == b"newer"


def test_a_wrong_checksum_is_refused_and_the_old_file_stays(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"the old one")
    with pytest.raises(FetchError) as error:
        fetch(resource(publisher), tmp_path, expected_sha256="0" * 64)
    assert "n'a pas l'empreinte attendue" in error.value.text.fr
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).read_bytes() == b"the old one"


def test_the_right_checksum_is_accepted(publisher: Publisher, tmp_path: Path) -> None:
    digest = hashlib.sha256(BODY).hexdigest()
    assert fetch(resource(publisher), tmp_path, expected_sha256=digest).sha256 == digest


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_refusal_gives_the_address_and_the_answer(
    publisher: Publisher, tmp_path: Path, status: int
) -> None:
    publisher.status = status
    with pytest.raises(FetchError) as error:
        fetch(resource(publisher), tmp_path)
    assert f"{publisher.url}/file.parquet (réponse {status})" in error.value.text.fr
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_explained(tmp_path: Path) -> None:
    closed = Publisher()
    closed.server_close()
    with pytest.raises(FetchError, match=NAME):
        fetch(resource(closed), tmp_path)


def test_a_body_of_unannounced_length_is_taken_to_its_end(publisher: Publisher, tmp_path: Path) -> None:
    publisher.announces_length = False
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY


def test_a_full_disk_leaves_the_old_file_and_says_so(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / NAME).write_bytes(b"the old one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetch_module.os, "fsync", full)
    with pytest.raises(DiskFull) as error:
        fetch(resource(publisher), tmp_path)
    assert str(tmp_path) in error.value.text.fr
    assert (tmp_path / NAME).read_bytes() == b"the old one"


def test_ctrl_c_keeps_what_came(publisher: Publisher, tmp_path: Path) -> None:
    def stop(step: Text, done: int = 0, total: int | None = None, /) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        fetch(resource(publisher), tmp_path, stop)
    assert (tmp_path / f"{NAME}.part").stat().st_size > 0
    assert fetch(resource(publisher), tmp_path).path.read_bytes() == BODY
    assert publisher.asked[1] is not None
