-- An index for every column that sorts a list of sessions or traces. Ties are broken by the number
-- of the row, which every index has at its end anyway and which grows with arrival, so that rows
-- of equal values are put side by side. Previews are sorted by their first 32 characters.

DROP INDEX traces_by_session;
DROP INDEX traces_by_start;
DROP INDEX traces_by_end;
DROP INDEX traces_by_duration;
DROP INDEX traces_by_name;
DROP INDEX traces_by_user;
DROP INDEX traces_by_status;
DROP INDEX traces_by_span_count;
DROP INDEX traces_by_error_count;
DROP INDEX traces_by_input_tokens;
DROP INDEX traces_by_output_tokens;
DROP INDEX traces_by_total_tokens;
DROP INDEX traces_by_total_cost;

CREATE INDEX traces_by_session ON traces (project_id, session_id, start_ns);
CREATE INDEX traces_by_start ON traces (project_id, start_ns);
CREATE INDEX traces_by_end ON traces (project_id, end_ns);
CREATE INDEX traces_by_duration ON traces (project_id, duration_ns);
CREATE INDEX traces_by_name ON traces (project_id, name);
CREATE INDEX traces_by_user ON traces (project_id, user_id);
CREATE INDEX traces_by_status ON traces (project_id, status);
CREATE INDEX traces_by_running ON traces (project_id, running);
CREATE INDEX traces_by_root_span ON traces (project_id, root_span_id);
CREATE INDEX traces_by_span_count ON traces (project_id, span_count);
CREATE INDEX traces_by_error_count ON traces (project_id, error_count);
CREATE INDEX traces_by_step_count ON traces (project_id, step_count);
CREATE INDEX traces_by_input_tokens ON traces (project_id, input_tokens);
CREATE INDEX traces_by_output_tokens ON traces (project_id, output_tokens);
CREATE INDEX traces_by_total_tokens ON traces (project_id, total_tokens);
CREATE INDEX traces_by_cache_read_tokens ON traces (project_id, cache_read_tokens);
CREATE INDEX traces_by_total_cost ON traces (project_id, total_cost);
CREATE INDEX traces_by_unpriced_calls ON traces (project_id, unpriced_calls);
CREATE INDEX traces_by_input ON traces (project_id, substr(input, 1, 32));
CREATE INDEX traces_by_output ON traces (project_id, substr(output, 1, 32));

DROP INDEX sessions_by_start;
DROP INDEX sessions_by_end;
DROP INDEX sessions_by_duration;
DROP INDEX sessions_by_active;
DROP INDEX sessions_by_trace_count;
DROP INDEX sessions_by_span_count;
DROP INDEX sessions_by_error_count;
DROP INDEX sessions_by_error_trace_count;
DROP INDEX sessions_by_input_tokens;
DROP INDEX sessions_by_output_tokens;
DROP INDEX sessions_by_total_tokens;
DROP INDEX sessions_by_total_cost;

CREATE INDEX sessions_by_start ON sessions (project_id, start_ns);
CREATE INDEX sessions_by_end ON sessions (project_id, end_ns);
CREATE INDEX sessions_by_duration ON sessions (project_id, duration_ns);
CREATE INDEX sessions_by_active ON sessions (project_id, active_ns);
CREATE INDEX sessions_by_running ON sessions (project_id, running);
CREATE INDEX sessions_by_trace_count ON sessions (project_id, trace_count);
CREATE INDEX sessions_by_span_count ON sessions (project_id, span_count);
CREATE INDEX sessions_by_error_count ON sessions (project_id, error_count);
CREATE INDEX sessions_by_error_trace_count ON sessions (project_id, error_trace_count);
CREATE INDEX sessions_by_input_tokens ON sessions (project_id, input_tokens);
CREATE INDEX sessions_by_output_tokens ON sessions (project_id, output_tokens);
CREATE INDEX sessions_by_total_tokens ON sessions (project_id, total_tokens);
CREATE INDEX sessions_by_cache_read_tokens ON sessions (project_id, cache_read_tokens);
CREATE INDEX sessions_by_total_cost ON sessions (project_id, total_cost);
CREATE INDEX sessions_by_unpriced_calls ON sessions (project_id, unpriced_calls);
CREATE INDEX sessions_by_first_input ON sessions (project_id, substr(first_input, 1, 32));
CREATE INDEX sessions_by_last_output ON sessions (project_id, substr(last_output, 1, 32));

CREATE INDEX spans_of_errors ON spans (project_id, start_ns) WHERE status = 'error';
