"""SQL of users reads what REST answers, of one project and of nothing else."""

from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.shelf import listed
from store.sqlite.sql_store import SECRET, UNDERSTANDING, Asked, filled_store

from threadline_server.errors import ThreadlineError
from threadline_server.show import documents
from threadline_server.store.sql import SQL_TABLES
from threadline_server.store.sqlite.sql_guard import FUNCTIONS
from threadline_server.store.sqlite.store import DATABASE

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
AS_JSON = {"user_ids", "models", "tags", "metadata", "attributes", "events", "resource", "parts"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    store = filled_store(folder)
    yield folder
    store.close()


@pytest.fixture(scope="module")
def store(folder, tmp_path_factory):
    """A second store of the same contents, to read by REST's documents."""
    store = filled_store(tmp_path_factory.mktemp("other"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def sql(folder):
    return Asked(folder)


def as_document(columns, row):
    """A row of SQL as the REST contract writes it."""
    found = {}
    for name, value in zip(columns, row, strict=True):
        if name in AS_JSON:
            found[name] = json.loads(value)
        else:
            found[name] = bool(value) if name == "running" else value
    return found


def assert_same(sql, table, key, expected):
    answer = sql.document(f"SELECT * FROM {table}")
    assert answer["columns"] == list(SQL_TABLES[table])
    found = {}
    for row in answer["rows"]:
        document = as_document(answer["columns"], row)
        found[tuple(document[name] for name in key)] = document
    assert len(found) == len(answer["rows"]) == len(expected)
    for document in expected:
        shown = found[tuple(document[name] for name in key)]
        assert {name: shown[name] for name in document if name in shown} == {
            name: value for name, value in document.items() if name in shown
        }
        assert shown.keys() - document.keys() <= {"start_ns", "end_ns", "input", "output"}


def test_sessions_are_those_of_rest(sql, store):
    expected = [documents.session_document(row) for row in listed(store, "sessions")]
    assert_same(sql, "sessions", ["session_id"], expected)


def test_traces_are_those_of_rest(sql, store):
    expected = [documents.trace_document(row) for row in listed(store, "traces")]
    assert_same(sql, "traces", ["trace_id"], expected)


def span_documents(store):
    for row in listed(store, "spans"):
        detail = store.span("default", row.trace_id, row.span_id)
        carried = UNDERSTANDING.carried(
            detail.attributes, detail.row.type, detail.events, detail.row.start_ns
        )
        yield documents.span_page_document(detail, carried, documents.Listed([], None))


def test_spans_are_those_of_rest(sql, store):
    expected = list(span_documents(store))
    for document in expected:
        for event in document["events"]:
            del event["source"]
        for side in ("input", "output"):
            del document[side]  # the next test
    assert_same(sql, "spans", ["trace_id", "span_id"], expected)


def test_input_and_output_are_whole_and_as_they_were_sent(sql, store):
    rows = sql.rows("SELECT trace_id, span_id, input, output FROM spans")
    found = {(row[0], row[1]): row[2:] for row in rows}
    sent = 0
    for document in span_documents(store):
        texts = found[document["trace_id"], document["span_id"]]
        for text, side in zip(texts, ("input", "output"), strict=True):
            value = document[side]
            key = document[f"{side}_key"]
            if isinstance(document["attributes"].get(key), str):
                assert text == document["attributes"][key]
                sent += 1
            elif value is None or isinstance(value, str):
                assert text == value
            else:
                assert json.loads(text) == value
    assert sent > 50


def test_messages_are_those_of_rest_one_row_each(sql, store):
    answer = sql.document(
        "SELECT trace_id, span_id, side, position, role, name, parts, finish_reason, text "
        "FROM messages ORDER BY trace_id, span_id, side, position"
    )
    expected = [
        [
            *(document["trace_id"], document["span_id"], side, position),
            *(message["role"], message["name"], message["parts"], message["finish_reason"]),
        ]
        for document in span_documents(store)
        for side, messages in document["messages"].items()
        for position, message in enumerate(messages)
    ]
    found = [[*row[:6], json.loads(row[6]), row[7]] for row in answer["rows"]]
    assert found == sorted(expected, key=lambda row: row[:4])
    assert len(found) > 100
    plain = 0
    for row in answer["rows"]:
        parts = json.loads(row[6])
        if all(part["type"] == "text" for part in parts):
            assert row[8] == ("\n".join(part["text"] for part in parts if part["text"]) or None)
            plain += 1
    assert plain > 50


# What narrows in the store must keep what the engine alone would keep.
def whole(sql, table):
    """A table as SQLite itself has it, to compare answers with."""
    answer = sql.document(f"SELECT * FROM {table}")
    database = sqlite3.connect(":memory:")
    columns = ", ".join(f"{name} {column.type}" for name, column in SQL_TABLES[table].items())
    database.execute(f"CREATE TABLE {table} ({columns})")
    marks = ", ".join("?" * len(answer["columns"]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", answer["rows"])
    return database


@pytest.mark.parametrize("table", SQL_TABLES)
def test_conditions_and_orders_give_what_the_engine_alone_gives(sql, table):
    alone = whole(sql, table)
    names = list(SQL_TABLES[table])
    columns = st.sampled_from(names)
    signs = st.sampled_from(["=", "<", "<=", ">", ">=", "<>", "IS", "IS NOT"])

    @st.composite
    def conditions(draw):
        name = draw(columns)
        seen = [row[0] for row in alone.execute(f"SELECT DISTINCT {name} FROM {table} LIMIT 20")]
        value = draw(st.sampled_from([*seen, None, 0, -1, 5, 2.5, "", "5", "2026-11", "zz"]))
        if isinstance(value, str) and draw(st.booleans()):
            value = value[: draw(st.integers(0, 30))]
        return f"{name} {draw(signs)} ?", value

    @given(
        st.lists(conditions(), min_size=1, max_size=3),
        st.sampled_from([" AND ", " OR "]),
        st.lists(columns, max_size=2),
        st.sampled_from(["", " DESC"]),
    )
    def compare(asked, together, order, direction):
        where = together.join(condition for condition, _ in asked)
        by = ", ".join([*(f"{name}{direction}" for name in order), *names])
        text = f"SELECT * FROM {table} WHERE {where} ORDER BY {by}"
        values = [value for _, value in asked]
        expected = [list(row) for row in alone.execute(text, values)]
        assert sql.rows(text, values) == expected
        first = order[0] if order else names[0]
        ordered = f"SELECT {first} FROM {table} WHERE {where} ORDER BY {first}{direction} LIMIT 7"
        assert sql.rows(ordered, values) == [list(row) for row in alone.execute(ordered, values)]

    compare()


def test_tables_are_grouped_joined_and_taken_apart(sql):
    by_join = sql.rows(
        "WITH calls AS (SELECT session_id, count(*) AS calls FROM spans WHERE type = 'llm' "
        "GROUP BY session_id) SELECT s.session_id, calls FROM sessions s JOIN calls USING "
        "(session_id) ORDER BY 1"
    )
    by_subquery = sql.rows(
        "SELECT session_id, (SELECT count(*) FROM spans p WHERE p.session_id = s.session_id "
        "AND type = 'llm') AS calls FROM sessions s WHERE calls > 0 ORDER BY 1"
    )
    assert by_join == by_subquery
    assert len(by_join) > 10
    keys = sql.rows("SELECT DISTINCT j.key FROM spans, json_each(attributes) j ORDER BY 1")
    assert ["gen_ai.request.model"] in keys
    models = sql.rows("SELECT DISTINCT value FROM sessions, json_each(models) ORDER BY 1")
    assert models == sql.rows("SELECT DISTINCT model FROM spans WHERE model <> '' ORDER BY 1")


def test_values_come_out_exact(sql):
    (row,) = sql.rows("SELECT 9007199254740993, -9223372036854775808, 0.1, 9e999, x'00ff', NULL")
    assert row == [2**53 + 1, -(2**63), 0.1, {"$double": "inf"}, {"$bytes": "AP8="}, None]
    assert sql.rows("SELECT ?, ?", [2**63 - 1, "é\u2028'"]) == [[2**63 - 1, "é\u2028'"]]
    assert sql.rows("SELECT :a || :b", {"a": "x", "b": 1, "unused": 0}) == [["x1"]]
    assert sql.document("SELECT 1 AS a, 2 AS a WHERE 0")["columns"] == ["a", "a"]


def test_another_project_is_read_by_its_own_name_alone(sql):
    for table, column in (("sessions", "session_id"), ("traces", "name"), ("spans", "input")):
        asked = f"SELECT count(*) FROM {table} WHERE {column} LIKE '%{SECRET}%'"
        assert sql.rows(asked) == [[0]]
        assert sql.rows(asked, project="stranger") == [[1]]
    said = f"SELECT count(*) FROM messages WHERE text LIKE '%{SECRET}%'"
    assert (sql.rows(said), sql.rows(said, project="stranger")) == ([[0]], [[2]])


SECRETS = (
    "SELECT * FROM {}",
    "SELECT count(*) FROM {}",
    "SELECT 1 FROM main.{}",
    "SELECT * FROM temp.{}",
    "WITH spans AS (SELECT * FROM main.{0}) SELECT * FROM spans",
    "WITH {0} AS (SELECT * FROM main.{0}) SELECT * FROM {0}",
    "SELECT (SELECT count(*) FROM {}) FROM spans",
    "SELECT * FROM spans WHERE EXISTS (SELECT 1 FROM {})",
    "SELECT name FROM traces UNION ALL SELECT * FROM {}",
)


def test_no_stored_table_can_be_read(sql, folder):
    with sqlite3.connect(folder / DATABASE) as database:
        rows = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        stored = {row[0] for row in rows} - set(SQL_TABLES)
    database.close()
    assert {"blocks", "span_content", "projects", "search_data"} <= stored
    for table in {*stored, "search"}:
        for text in SECRETS:
            assert sql.refused(text.format(table)).split(":")[0] in ("sql_error", "sql_not_allowed")


@pytest.mark.parametrize(
    "table",
    [
        "sqlite_master",
        "sqlite_schema",
        "sqlite_temp_master",
        "main.sqlite_master",
        "sqlite_stmt",
        "dbstat",
        "fts5vocab",
        "pragma_table_info('spans')",
        "pragma_database_list",
        "pragma_function_list",
        "sqlite_dbpage",
        "pragma_module_list",
    ],
)
def test_the_engine_itself_cannot_be_looked_at(sql, table):
    for text in SECRETS[:3]:
        said = sql.refused(text.format(table))
        assert said.startswith(("sql_not_allowed", "sql_error: no such table", "sql_error: near"))


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO spans (name) VALUES ('x')",
        "INSERT INTO messages SELECT * FROM messages",
        "UPDATE sessions SET session_id = 'x'",
        "DELETE FROM traces",
        "REPLACE INTO spans (name) VALUES ('x')",
        "WITH x AS (SELECT 1) DELETE FROM spans",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x AS SELECT * FROM spans",
        "CREATE TEMP VIEW x AS SELECT 1",
        "CREATE VIRTUAL TABLE x USING fts5(a)",
        "CREATE TRIGGER x AFTER INSERT ON spans BEGIN SELECT 1; END",
        "DROP TABLE spans",
        "ALTER TABLE spans RENAME TO x",
        "CREATE INDEX x ON spans (name)",
        "ATTACH 'file:stolen.db?mode=rwc' AS stolen",
        "DETACH main",
        "PRAGMA query_only = 0",
        "PRAGMA table_info(spans)",
        "VACUUM",
        "VACUUM INTO 'stolen.db'",
        "BEGIN",
        "COMMIT",
        "SAVEPOINT x",
        "RELEASE x",
        "ANALYZE",
        "REINDEX",
        "EXPLAIN SELECT 1",
        "EXPLAIN QUERY PLAN SELECT * FROM spans",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM spans",
        "SELECT 1; nonsense",
        "SELECT 1; /* */ ; VACUUM",
        "SELECT load_extension('x.so')",
        "SELECT zeroblob(100)",
        "SELECT randomblob(100)",
        "SELECT printf('%d', 1)",
        "SELECT format('%100d', 1)",
        "SELECT fts5_source_id()",
        "SELECT sqlite_source_id()",
        "SELECT sqlite_compileoption_get(1)",
        "SELECT 'a' MATCH 'b'",
        "SELECT jsonb('[1]')",
        "SELECT count(*) FROM spans WHERE subtype(name) = 1",
    ],
)
def test_what_does_more_than_to_read_is_not_allowed(sql, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = sql.refused(text)
    assert said.startswith("sql_not_allowed: "), said
    assert list(tmp_path.iterdir()) == []
    assert sql.rows("SELECT count(*) > 100 FROM spans") == [[1]]


def test_every_function_is_allowed_or_refused_by_name(folder):
    with sqlite3.connect(":memory:") as database:
        known = {row[0] for row in database.execute("SELECT name FROM pragma_function_list")}
    database.close()
    dangerous = {"load_extension", "zeroblob", "randomblob", "printf", "format", "fts5"}
    assert dangerous <= known - FUNCTIONS
    assert not [name for name in FUNCTIONS if name.startswith(("fts", "sqlite_", "rtree", "jsonb"))]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELEC 1", 'near "SELEC": syntax error, at character 1'),
        ("SELECT é, hé FROM spans", "no such column: é, at character 8"),
        ("SELECT 'é', oops FROM spans", "no such column: oops, at character 13"),
        ("SELECT * FROM nowhere", "no such table: nowhere"),
        ("", "there is no statement"),
        (" -- nothing\n ; /* at all */", "there is no statement"),
        ("SELECT CAST(x'ff' AS TEXT)", "not UTF-8"),
        ("SELECT 1\0", "null character"),
        ("SELECT ?", "bindings"),
        ("SELECT json('{')", "malformed JSON"),
        ("SELECT abs(-9223372036854775808)", "integer overflow"),
        ("SELECT '" + "x" * 100_000 + "'", "too big"),
        ("SELECT " + "(" * 5000 + "1" + ")" * 5000, "Recursion limit"),
        ("SELECT " + "+".join("1" * 5000), "depth"),
        ("SELECT " + ",".join("1" * 5000), "too many columns"),
        (" UNION ALL ".join(["SELECT 1"] * 5000), "too many terms"),
    ],
)
def test_what_sqlite_cannot_do_is_told_in_its_words(sql, text, says):
    said = sql.refused(text)
    assert said.startswith("sql_error: ")
    assert says in said


def test_a_comment_and_a_semicolon_are_no_second_statement(sql):
    assert sql.rows("-- first\n; SELECT 1 ; -- last\n ;; ") == [[1]]


def test_a_text_of_any_length_cannot_be_made(folder):
    sql = Asked(folder, value_bytes=100_000)
    doubled = "WITH RECURSIVE x(a) AS (SELECT 'aaaaaaaa' UNION ALL SELECT a || a FROM x) "
    for text in (
        f"{doubled} SELECT max(length(a)) FROM x",
        f"{ENDLESS} SELECT group_concat(i) FROM (SELECT i FROM n LIMIT 50000)",
        f"{ENDLESS} SELECT json_group_array(i) FROM (SELECT i FROM n LIMIT 50000)",
        "SELECT replace(replace(hex(?), 'A', hex(?1)), '1', hex(?1))",
    ):
        parameters = ["ab1" * 1000] if "?" in text else ()
        assert sql.refused(text, parameters) == "sql_error: string or blob too big"
    assert sql.refused("SELECT ?", ["x" * 200_000]) == "sql_error: string or blob too big"


@pytest.mark.parametrize(
    "text",
    [
        f"{ENDLESS} SELECT count(*) FROM n",
        f"{ENDLESS} SELECT i FROM n WHERE i < 0",
        "SELECT count(*) FROM spans a, spans b, spans c, spans d, spans e",
        "SELECT count(*) FROM messages a, messages b, messages c",
        f"{ENDLESS} SELECT (SELECT count(*) FROM spans WHERE input <> i) AS f FROM n WHERE f < 0",
    ],
)
def test_what_never_ends_is_ended_at_the_deadline(folder, text):
    with pytest.raises(ThreadlineError) as refused:
        Asked(folder, deadline_s=0.05).document(text)
    assert (refused.value.code, refused.value.status) == ("sql_timeout", 408)


def test_a_query_ends_with_the_process_that_asked(folder, monkeypatch):
    orphan = Asked(folder, deadline_s=3600)
    monkeypatch.setattr("os.getppid", lambda: 1)
    assert orphan.refused(f"{ENDLESS} SELECT count(*) FROM n").startswith("sql_timeout")


def test_rows_and_bytes_beyond_the_limits_are_cut_off_visibly(folder):
    few = Asked(folder, rows=3)
    answer = few.document("SELECT span_id FROM spans")
    assert (len(answer["rows"]), answer["truncated"]) == (3, True)
    assert few.document("SELECT span_id FROM spans LIMIT 3")["truncated"] is False
    assert few.document(f"{ENDLESS} SELECT i FROM n") == {
        "columns": ["i"],
        "rows": [[1], [2], [3]],
        "truncated": True,
    }
    small = Asked(folder, bytes=1000).document("SELECT attributes FROM spans")
    assert small["truncated"] is True
    assert len(json.dumps(small["rows"])) < 1100


def test_rows_of_others_are_not_even_looked_at(sql):
    """An error that a condition makes of a row would tell what is in it."""
    tells = f"CASE WHEN {{}} LIKE '%{SECRET}%' THEN json('{{{{') ELSE 1 END"
    for table, column in (("spans", "name"), ("spans", "input"), ("sessions", "first_input")):
        condition = tells.format(column)
        assert sql.rows(f"SELECT count(*) > 0 FROM {table} WHERE {condition}") == [[1]]


WORDS = (
    "SELECT FROM WHERE GROUP BY ORDER LIMIT WITH RECURSIVE AS UNION ALL JOIN ON USING spans traces "
    "sessions messages session_id start_time text input count(*) sum( max( json_each( ( ) , ; * = < "
    "|| -> ->> 'a' 'é' 1 -1 2.5 NULL ? :a $b @c x'00' \" ` [ ] -- /* */ CASE WHEN THEN END OVER "
    "PARTITION VALUES DISTINCT HAVING LIKE GLOB MATCH COLLATE NOCASE CAST( INTEGER) EXISTS NOT IN "
    "PRAGMA ATTACH VACUUM EXPLAIN INSERT INTO blocks sqlite_master load_extension( \0 \ud7ff 😀"
)


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join) | st.text(max_size=100),
    st.lists(st.none()),
)
def test_any_text_gives_rows_or_says_why_not(sql, text, parameters):
    said = None
    try:
        answer = sql.document(text, parameters)
        assert all(len(row) == len(answer["columns"]) for row in answer["rows"])
    except ThreadlineError as error:
        said = error
    if said is not None:
        assert (said.status, said.code in {"sql_error", "sql_not_allowed"}) == (400, True)
        assert said.message
