-- Scores, each on a session, a trace or a span, whether or not that has arrived.

-- Where trace_id is null the score is on session_id; the session of a trace is in its own row.
-- content_hash decides between two versions of one time.
CREATE TABLE scores (
  score_no INTEGER PRIMARY KEY,
  project_id INTEGER NOT NULL,
  score_id TEXT NOT NULL,
  session_id TEXT,
  trace_id BLOB,
  span_id BLOB,
  name TEXT NOT NULL,
  value REAL,
  label TEXT,
  comment TEXT,
  source TEXT NOT NULL,
  time_ns INTEGER NOT NULL,
  received_ns INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  UNIQUE (project_id, score_id)
) STRICT;

CREATE INDEX scores_by_time ON scores (project_id, time_ns, score_id);
CREATE INDEX scores_by_session ON scores (project_id, session_id, time_ns, score_id)
  WHERE session_id IS NOT NULL;
CREATE INDEX scores_by_trace ON scores (project_id, trace_id, time_ns, score_id)
  WHERE trace_id IS NOT NULL;

CREATE TABLE deleted_sessions (
  project_id INTEGER NOT NULL,
  session_id TEXT NOT NULL,
  deleted_ns INTEGER NOT NULL,
  PRIMARY KEY (project_id, session_id)
) STRICT, WITHOUT ROWID;
