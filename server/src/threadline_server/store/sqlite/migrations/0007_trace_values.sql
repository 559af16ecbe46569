-- What traces say in lists and in metadata, each value by itself, so that an index answers for it:
-- of models and tags every member, of metadata every value as `metadata.KEY` whose text is known,
-- and its key as `metadata`. Of long values the first 200 characters.
CREATE TABLE trace_values (
  project_id INTEGER NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  trace_no INTEGER NOT NULL,
  PRIMARY KEY (project_id, field, value, trace_no)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO trace_values
SELECT t.project_id, 'models', substr(a.value, 1, 200), t.trace_no
FROM traces t, json_each(t.models) a WHERE instr(a.value, char(0)) = 0;

INSERT OR IGNORE INTO trace_values
SELECT t.project_id, 'tags', substr(a.value, 1, 200), t.trace_no
FROM traces t, json_each(t.tags) a WHERE instr(a.value, char(0)) = 0;

INSERT OR IGNORE INTO trace_values
SELECT t.project_id, 'metadata', substr(m.key, 1, 200), t.trace_no
FROM traces t, json_each(t.metadata) m WHERE instr(m.key, char(0)) = 0;

INSERT OR IGNORE INTO trace_values
SELECT t.project_id, 'metadata.' || m.key, substr(
    CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN 'null'
    ELSE CAST(m.value AS TEXT) END, 1, 200), t.trace_no
FROM traces t, json_each(t.metadata) m
WHERE m.type <> 'real' AND instr(m.key, char(0)) = 0
  AND (m.type <> 'integer' OR m.value BETWEEN -999999999999999999 AND 999999999999999999)
  AND (m.type <> 'text' OR instr(m.value, char(0)) = 0);
