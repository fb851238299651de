-- Who may take work, and what caused it.

-- Nothing new is dispatched in a workspace or a project, or to a session. What is at work goes on.
CREATE TABLE pauses (
  scope        text NOT NULL CHECK (scope IN ('workspace', 'project', 'session')),
  subject_id   uuid NOT NULL,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- NULL for a workspace's.
  project_id   uuid REFERENCES projects ON DELETE CASCADE,
  by_name      text NOT NULL,
  why          text NOT NULL,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (scope, subject_id)
);
CREATE INDEX pauses_workspace_idx ON pauses (workspace_id);
CREATE INDEX pauses_project_idx ON pauses (project_id);

-- Runs at once on the whole machine, over all its sessions, by its own word; NULL when it has said nothing.
ALTER TABLE agent_sessions ADD COLUMN machine_slots integer CHECK (machine_slots >= 0);
CREATE INDEX agent_sessions_machine_idx ON agent_sessions (machine_id);

-- The W3C traceparent of the request that caused it. Only written while a collector of traces is set.
ALTER TABLE events ADD COLUMN trace text;
ALTER TABLE runs ADD COLUMN trace text;
