"""Sending a file as a download manager likes it: unchanged is not sent again, and what was cut off is resumed."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

PIECE = 256 * 1024


def send(
    request: HttpRequest, path: Path, *, media_type: str, etag: str, modified_at: datetime, name: str
) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The file: 304 when the reader has it (`etag`, `modified_at`), 206 for a range of it, 416 outside."""
    modified_s = int(modified_at.timestamp())
    quoted = f'"{etag}"'
    unchanged = get_conditional_response(request, etag=quoted, last_modified=modified_s)
    if unchanged is not None:
        return unchanged
    size = path.stat().st_size
    asked = wanted_range(request, size, quoted, modified_s)
    if asked == "outside":
        answer: HttpResponse | StreamingHttpResponse = HttpResponse(status=416)
        answer.headers["Content-Range"] = f"bytes */{size}"
    elif isinstance(asked, tuple):
        first, last = asked
        answer = StreamingHttpResponse(piece(path, first, last), status=206, content_type=media_type)
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        answer.headers["Content-Length"] = str(last - first + 1)
    else:
        answer = FileResponse(path.open("rb"), content_type=media_type)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = quoted
    answer.headers["Last-Modified"] = http_date(modified_s)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def wanted_range(request: HttpRequest, size: int, etag: str, modified_s: int) -> tuple[int, int] | str | None:
    """(first, last) byte of a single range; "outside"; None for the whole file, which answers anything else."""
    condition = request.headers.get("If-Range", "")
    if condition and condition != etag and parse_http_date_safe(condition) != modified_s:
        return None
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", request.headers.get("Range", "").strip())
    if not found or found.groups() == ("", ""):
        return None
    start, end = found.groups()
    if not start:
        return (max(0, size - int(end)), size - 1) if int(end) and size else "outside"
    first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return None
    return (first, last) if first < size else "outside"


def piece(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (read := file.read(min(PIECE, left))):
            left -= len(read)
            yield read
