-- Narrow span rows, their content apart, and a row of totals per trace and per session.
-- Ids of traces and spans are their 16 and 8 bytes; times are nanoseconds since 1970.

CREATE TABLE projects (
  project_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- trace_no stands for a trace in every other table: it is short, and it grows with arrival, so
-- that what arrives together lies together on disk.
CREATE TABLE traces (
  trace_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  trace_id BLOB NOT NULL,
  name TEXT NOT NULL,
  session_id TEXT,
  session_key TEXT,
  session_span_id BLOB,
  session_conflict INTEGER NOT NULL,
  user_id TEXT,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  duration_ns INTEGER NOT NULL,
  running INTEGER NOT NULL,
  status TEXT NOT NULL,
  root_span_id BLOB,
  span_count INTEGER NOT NULL,
  error_count INTEGER NOT NULL,
  step_count INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  total_cost REAL,
  unpriced_calls INTEGER NOT NULL,
  model_ns INTEGER NOT NULL,
  tool_ns INTEGER NOT NULL,
  models TEXT NOT NULL,
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  input TEXT,
  output TEXT,
  UNIQUE (project_id, trace_id)
) STRICT;

CREATE INDEX traces_by_session ON traces (project_id, session_id, start_ns, trace_id);
CREATE INDEX traces_by_start ON traces (project_id, start_ns, trace_id);
CREATE INDEX traces_by_end ON traces (project_id, end_ns, trace_id);
CREATE INDEX traces_by_duration ON traces (project_id, duration_ns, trace_id);
CREATE INDEX traces_by_name ON traces (project_id, name, trace_id);
CREATE INDEX traces_by_user ON traces (project_id, user_id, trace_id);
CREATE INDEX traces_by_status ON traces (project_id, status, trace_id);
CREATE INDEX traces_by_span_count ON traces (project_id, span_count, trace_id);
CREATE INDEX traces_by_error_count ON traces (project_id, error_count, trace_id);
CREATE INDEX traces_by_input_tokens ON traces (project_id, input_tokens, trace_id);
CREATE INDEX traces_by_output_tokens ON traces (project_id, output_tokens, trace_id);
CREATE INDEX traces_by_total_tokens ON traces (project_id, total_tokens, trace_id);
CREATE INDEX traces_by_total_cost ON traces (project_id, total_cost, trace_id);

CREATE TABLE sessions (
  session_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  duration_ns INTEGER NOT NULL,
  active_ns INTEGER NOT NULL,
  running INTEGER NOT NULL,
  trace_count INTEGER NOT NULL,
  span_count INTEGER NOT NULL,
  error_count INTEGER NOT NULL,
  error_trace_count INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  cache_read_tokens INTEGER NOT NULL,
  total_cost REAL,
  unpriced_calls INTEGER NOT NULL,
  user_ids TEXT NOT NULL,
  models TEXT NOT NULL,
  tags TEXT NOT NULL,
  first_input TEXT,
  last_output TEXT,
  UNIQUE (project_id, session_id)
) STRICT;

CREATE INDEX sessions_by_start ON sessions (project_id, start_ns, session_id);
CREATE INDEX sessions_by_end ON sessions (project_id, end_ns, session_id);
CREATE INDEX sessions_by_duration ON sessions (project_id, duration_ns, session_id);
CREATE INDEX sessions_by_active ON sessions (project_id, active_ns, session_id);
CREATE INDEX sessions_by_trace_count ON sessions (project_id, trace_count, session_id);
CREATE INDEX sessions_by_span_count ON sessions (project_id, span_count, session_id);
CREATE INDEX sessions_by_error_count ON sessions (project_id, error_count, session_id);
CREATE INDEX sessions_by_error_trace_count ON sessions (project_id, error_trace_count, session_id);
CREATE INDEX sessions_by_input_tokens ON sessions (project_id, input_tokens, session_id);
CREATE INDEX sessions_by_output_tokens ON sessions (project_id, output_tokens, session_id);
CREATE INDEX sessions_by_total_tokens ON sessions (project_id, total_tokens, session_id);
CREATE INDEX sessions_by_total_cost ON sessions (project_id, total_cost, session_id);

-- usage_counted_by: the span whose report counted instead of this one's (usage is counted once).
CREATE TABLE spans (
  project_id INTEGER NOT NULL,
  trace_no INTEGER NOT NULL,
  span_id BLOB NOT NULL,
  parent_span_id BLOB,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  status_message TEXT NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER,
  duration_ns INTEGER,
  session_value TEXT,
  session_key TEXT,
  session_rank INTEGER,
  user_id TEXT,
  conversation_id TEXT,
  agent_name TEXT,
  model TEXT,
  request_model TEXT,
  response_model TEXT,
  response_id TEXT,
  provider TEXT,
  tool_name TEXT,
  tool_call_id TEXT,
  scope_name TEXT NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  total_tokens INTEGER,
  cache_read_tokens INTEGER,
  cache_write_tokens INTEGER,
  reasoning_tokens INTEGER,
  input_cost REAL,
  output_cost REAL,
  total_cost REAL,
  cost_source TEXT,
  usage_counted_by BLOB,
  event_count INTEGER NOT NULL,
  has_messages INTEGER NOT NULL,
  tags TEXT NOT NULL,
  metadata TEXT NOT NULL,
  marks TEXT NOT NULL,
  pending INTEGER NOT NULL,
  attribute_count INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  received_ns INTEGER NOT NULL,
  normalizer_version INTEGER NOT NULL,
  PRIMARY KEY (project_id, trace_no, span_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX spans_by_start ON spans (project_id, start_ns, trace_no, span_id);

-- refs: packed block numbers, the document first, then the origin, then the texts in order.
CREATE TABLE span_content (
  project_id INTEGER NOT NULL,
  trace_no INTEGER NOT NULL,
  span_id BLOB NOT NULL,
  refs BLOB NOT NULL,
  input_key TEXT,
  output_key TEXT,
  input TEXT,
  output TEXT,
  first_user TEXT,
  last_assistant TEXT,
  PRIMARY KEY (project_id, trace_no, span_id)
) STRICT, WITHOUT ROWID;

-- content_key: hash of kind and exact bytes; codec 0 as it is, 1 zstd.
CREATE TABLE blocks (
  block_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  content_key BLOB NOT NULL,
  kind INTEGER NOT NULL,
  codec INTEGER NOT NULL,
  size INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (project_id, content_key)
) STRICT;

-- Which traces refer to a block; a block goes when none does.
CREATE TABLE block_traces (
  project_id INTEGER NOT NULL,
  block_no INTEGER NOT NULL,
  trace_no INTEGER NOT NULL,
  PRIMARY KEY (project_id, block_no, trace_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX block_traces_by_trace ON block_traces (project_id, trace_no, block_no);

CREATE VIRTUAL TABLE search USING fts5 (
  words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);

CREATE TABLE deleted_traces (
  project_id INTEGER NOT NULL,
  trace_id BLOB NOT NULL,
  deleted_ns INTEGER NOT NULL,
  PRIMARY KEY (project_id, trace_id)
) STRICT, WITHOUT ROWID;
