from __future__ import annotations

import datetime as dt

import pytest

from recommender.corpus.dates import Moment, day_of_name, read_moment

DAY = dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024-01-05", Moment(DAY)),
        ("2024-1-5 10:00", Moment(DAY)),
        ("2024-01-05T00:30:00+09:00", Moment(DAY, "2024-01-04T15:30:00+00:00")),
        ("2024-01-05 23:59:00 -1000", Moment(DAY, "2024-01-06T09:59:00+00:00")),
        ("2024-01-05T10:00:00.000Z", Moment(DAY, "2024-01-05T10:00:00+00:00")),
        ("2024/01/05", Moment(DAY)),
        ("20240105", Moment(DAY)),
        ("Jan 5, 2024", Moment(DAY)),
        ("5 January 2024", Moment(DAY)),
        ("Fri, 05 Jan 2024 10:00:00 GMT", Moment(DAY, "2024-01-05T10:00:00+00:00")),
        ("1704448800", Moment(DAY, "2024-01-05T10:00:00+00:00")),
        *((text, None) for text in ("2024-01", "Jan 2024", "2024", "last-modified", "2024-02-30", "", "x" * 500)),
        ("0001-01-01T00:00:00+09:00", None),
    ],
)
def test_dates_as_people_write_them(written: str, expected: Moment | None) -> None:
    assert read_moment(written) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("_posts/2024-01-05-soup.md", DAY),
        ("2024-01-05.md", DAY),
        ("soup-2024-01-05.md", None),
        ("2024-13-05-soup.md", None),
    ],
)
def test_the_date_of_a_file_name(path: str, expected: dt.date | None) -> None:
    assert day_of_name(path) == expected
