"""Dumps of databases as SQL: a row is an event of its table at its own time, on however many lines its statement stands."""

import pandas as pd
import pytest

DUMPS = {
    "mysqldump, a line": "-- MySQL dump 10.13\nCREATE TABLE `loans` (`id` bigint NOT NULL,`at` datetime,`book` varchar(20));\nINSERT INTO `loans` VALUES (1,'2026-06-17 09:14:07','B-1'),(2,'2026-06-17 09:15:07','B-2'),(3,NULL,'B-3');\n",
    "a row a line": "SET NAMES utf8;\nINSERT INTO loans (id, at, book) VALUES\n  (1, '2026-06-17 09:14:07', 'B-1'),\n  (2, '2026-06-17 09:15:07', 'B-2'),\n  (3, NULL, 'B-3');\n",
    "a text over lines": "BEGIN;\nINSERT INTO loans (id, at, book) VALUES (1, '2026-06-17 09:14:07', 'B-1;\n(2, ''2026'')'),\n  (2, '2026-06-17 09:15:07', 'B-2'),\n  (3, NULL, 'B-3');\nCOMMIT;\n",
    "pg_dump": "--\n-- PostgreSQL database dump\n--\nCOPY public.loans (id, at, book) FROM stdin;\n1\t2026-06-17 09:14:07\tB-1\n2\t2026-06-17 09:15:07\tB-2\n3\t\\N\tB-3\n\\.\n",
    "sqlite3": "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE loans (id int, at text, book text);\nINSERT INTO loans VALUES(1,'2026-06-17 09:14:07','B-1');\nINSERT INTO loans VALUES(2,'2026-06-17 09:15:07','B-2');\nINSERT INTO loans VALUES(3,NULL,'B-3');\nCOMMIT;\n",
    "typed": "INSERT INTO loans (id, at, book) VALUES (1, TIMESTAMP '2026-06-17 09:14:07', N'B-1');\nINSERT INTO loans (id, at, book) VALUES (2, TIMESTAMP WITH TIME ZONE '2026-06-17 09:15:07+00', 'B-2');\nINSERT INTO loans (id, at, book) VALUES (3, NULL, 'B-3');\n",
    "made by a call": "INSERT INTO loans (id, at, book) VALUES (1, TO_DATE('2026-06-17 09:14:07', 'YYYY-MM-DD HH24:MI:SS'), 'B-1');\nINSERT INTO loans (id, at, book) VALUES (2, CAST('2026-06-17 09:15:07' AS DATETIME), CONCAT('B', '-(2)'));\nINSERT INTO loans (id, at, book) VALUES (3, null, 'B-3');\n",
    "cast behind": "INSERT INTO loans (id, at, book) VALUES (1, '2026-06-17 09:14:07'::timestamp, 'B-1'),\n(2, '2026-06-17 09:15:07'::timestamptz, 'B-2'),\n(3, NULL::timestamp, 'B-3');\n",
}


@pytest.mark.parametrize("text", DUMPS.values(), ids=DUMPS)
def test_a_row_is_an_event_of_its_table(place, text):
    (source,) = place.add(text.encode(), name="dump.sql").sources
    frame = place.events()
    assert source.source == "dump.sql!loans" and len(frame) == 3
    assert source.units.unexplained == 0
    said = {str(dict(a)["id"]): when for a, when in zip(frame.attributes, frame.time, strict=True)}
    assert f"{said['1']:%H:%M:%S}" == "09:14:07" and f"{said['2']:%H:%M:%S}" == "09:15:07"
    assert pd.isna(said["3"])


def test_a_statement_that_no_row_can_be_told_of_is_listed(place):
    place.add(
        b"BEGIN;\nINSERT INTO t (id, at) VALUES (1, '2026-06-17 09:14:07');\nINSERT INTO t (id, at) VALUES (2, 'open\n",
        name="dump.sql",
    )
    assert len(place.events()) == 1
    assert [unit for unit, _, _ in place.rejects()] == [3]
