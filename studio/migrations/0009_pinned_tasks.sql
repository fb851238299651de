-- What only a worker was to take that has ended is looked for after every step of a run, and all that waits must not be read for it.
CREATE INDEX tasks_pinned_session_idx ON tasks (pinned_session) WHERE status = 'queued';
