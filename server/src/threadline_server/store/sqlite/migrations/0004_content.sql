-- A span's document stands beside it and is no block: no two are alike. Previews are made when they
-- are asked for, and versions of a span are told apart by their content only where nothing else
-- does. Lists of references are packed by distance.

CREATE TABLE span_documents (
  document_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  trace_no INTEGER NOT NULL,
  span_id BLOB NOT NULL,
  refs BLOB NOT NULL,
  log_refs BLOB,
  codec INTEGER NOT NULL,
  size INTEGER NOT NULL,
  document BLOB NOT NULL
) STRICT;

-- Numbers of documents are drawn from those of blocks, so that search can name either.
INSERT INTO span_documents
SELECT (SELECT coalesce(max(block_no), 0) FROM blocks) + row_number() OVER (
    ORDER BY c.project_id, c.trace_no, c.span_id
  ),
  c.project_id, c.trace_no, c.span_id, refs_by_distance(c.refs, 1),
  refs_by_distance(c.log_refs, 0), b.codec, b.size, b.data
FROM span_content c JOIN blocks b ON b.block_no = first_ref(c.refs);

ALTER TABLE spans DROP COLUMN content_hash;
ALTER TABLE spans DROP COLUMN model;
ALTER TABLE spans DROP COLUMN duration_ns;
ALTER TABLE spans DROP COLUMN total_tokens;
ALTER TABLE spans ADD COLUMN model TEXT
  AS (coalesce(nullif(response_model, ''), request_model)) VIRTUAL;
ALTER TABLE spans ADD COLUMN duration_ns INTEGER AS (end_ns - start_ns) VIRTUAL;
ALTER TABLE spans ADD COLUMN total_tokens INTEGER AS (
  CASE WHEN input_tokens IS NOT NULL OR output_tokens IS NOT NULL
    THEN coalesce(input_tokens, 0) + coalesce(output_tokens, 0) END
) VIRTUAL;
ALTER TABLE spans ADD COLUMN has_input INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spans ADD COLUMN has_output INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spans ADD COLUMN says_user INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spans ADD COLUMN says_assistant INTEGER NOT NULL DEFAULT 0;
ALTER TABLE spans ADD COLUMN document_no INTEGER NOT NULL DEFAULT 0;

UPDATE spans SET has_input = c.input IS NOT NULL, has_output = c.output IS NOT NULL,
  says_user = c.first_user IS NOT NULL, says_assistant = c.last_assistant IS NOT NULL
FROM span_content c WHERE c.project_id = spans.project_id AND c.trace_no = spans.trace_no
  AND c.span_id = spans.span_id;
UPDATE spans SET document_no = d.document_no FROM span_documents d
WHERE d.project_id = spans.project_id AND d.trace_no = spans.trace_no
  AND d.span_id = spans.span_id;

DROP TABLE span_content;
ALTER TABLE span_documents RENAME TO span_content;

UPDATE log_events SET refs = refs_by_distance(refs, 0);

-- Of blocks of kind 1 only the documents of log records stay.
DELETE FROM blocks WHERE kind = 1
  AND block_no NOT IN (SELECT first_ref_by_distance(refs) FROM log_events);
DELETE FROM block_traces WHERE block_no NOT IN (SELECT block_no FROM blocks);
DROP INDEX block_traces_by_trace;

-- A key stands once, in the index that is asked for it.
CREATE TABLE block_keys (
  project_id INTEGER NOT NULL,
  content_key BLOB NOT NULL,
  block_no INTEGER NOT NULL,
  PRIMARY KEY (project_id, content_key)
) STRICT, WITHOUT ROWID;
INSERT INTO block_keys SELECT project_id, content_key, block_no FROM blocks
ORDER BY project_id, content_key;
CREATE TABLE kept_blocks (
  block_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  codec INTEGER NOT NULL,
  size INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
INSERT INTO kept_blocks SELECT block_no, project_id, kind, codec, size, data FROM blocks;
DROP TABLE blocks;
ALTER TABLE kept_blocks RENAME TO blocks;
