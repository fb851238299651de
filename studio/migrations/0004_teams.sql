-- Teams: a lead session, its workers, and the channel in which they and people talk.

-- Whether it left on purpose; a session that is merely offline may be back with its runs.
ALTER TABLE agent_sessions ADD COLUMN left_at timestamptz;

CREATE TABLE teams (
  id              uuid PRIMARY KEY,
  workspace_id    uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  project_id      uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  lead_session_id uuid NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
  -- What workers name to be admitted.
  channel         text NOT NULL,
  -- Messages of agents since a person last spoke.
  turns           integer NOT NULL DEFAULT 0,
  last_seq        integer NOT NULL DEFAULT 0,
  closed_at       timestamptz,
  closed_why      text,
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT teams_channel_key UNIQUE (channel)
);
CREATE INDEX teams_project_idx ON teams (project_id, created_at);
CREATE INDEX teams_workspace_idx ON teams (workspace_id);
-- A session leads one team at a time.
CREATE UNIQUE INDEX teams_one_open_key ON teams (lead_session_id) WHERE closed_at IS NULL;
CREATE INDEX teams_lead_idx ON teams (lead_session_id);

CREATE TABLE team_workers (
  id         uuid PRIMARY KEY,
  team_id    uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  job        text NOT NULL CHECK (job IN ('dev', 'review', 'test')),
  name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
  position   integer NOT NULL,
  status     text NOT NULL CHECK (status IN ('spawned', 'connected', 'working', 'silent', 'ended')),
  -- The event that ended it, and why in words.
  ended_by   text,
  sentence   text,
  -- The session under which it connected; sessions outlive workers, so that several workers may have had it one after the other.
  session_id uuid REFERENCES agent_sessions ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at   timestamptz,
  CONSTRAINT team_workers_name_key UNIQUE (team_id, name)
);
CREATE INDEX team_workers_session_idx ON team_workers (session_id);

CREATE TABLE channel_messages (
  team_id    uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  seq        integer NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('steering', 'report', 'note')),
  author     jsonb NOT NULL,
  text       text NOT NULL,
  run_id     uuid REFERENCES runs ON DELETE SET NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- A directive that was taken back.
  cleared_at timestamptz,
  PRIMARY KEY (team_id, seq)
);
-- Each run is reported once.
CREATE UNIQUE INDEX channel_messages_report_key ON channel_messages (team_id, run_id) WHERE kind = 'report' AND run_id IS NOT NULL;
CREATE INDEX channel_messages_run_idx ON channel_messages (run_id);
