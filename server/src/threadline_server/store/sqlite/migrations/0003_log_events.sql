-- Log records that carry the messages of a span, whether or not that has arrived.

-- refs: packed block numbers, the document first, then the origin, then the texts in order.
CREATE TABLE log_events (
  project_id INTEGER NOT NULL,
  trace_no INTEGER NOT NULL,
  span_id BLOB NOT NULL,
  time_ns INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  refs BLOB NOT NULL,
  PRIMARY KEY (project_id, trace_no, span_id, time_ns, content_hash)
) STRICT, WITHOUT ROWID;

-- Traces of which only log records have arrived: they are none yet, but have their number.
CREATE TABLE awaited_traces (
  trace_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  trace_id BLOB NOT NULL,
  received_ns INTEGER NOT NULL,
  UNIQUE (project_id, trace_id)
) STRICT;

CREATE INDEX awaited_traces_by_arrival ON awaited_traces (received_ns);

-- The block numbers of all log records of a span, for search.
ALTER TABLE span_content ADD COLUMN log_refs BLOB;
