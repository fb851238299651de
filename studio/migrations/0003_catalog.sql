-- What was found in repositories: analyses, the catalog of artifacts, and context files with their versions.

CREATE TABLE analyses (
  id           uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  project_id   uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  -- The machine that it was asked of; a wish, which counts while that machine is there.
  session_id   uuid REFERENCES agent_sessions ON DELETE SET NULL,
  requested_by uuid REFERENCES users ON DELETE SET NULL,
  status       text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'failed')),
  sentence     text NOT NULL DEFAULT '',
  run_id       uuid REFERENCES runs ON DELETE SET NULL,
  commit       text,
  report       jsonb,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at     timestamptz
);
CREATE INDEX analyses_workspace_idx ON analyses (workspace_id);
CREATE INDEX analyses_project_idx ON analyses (project_id, requested_at);
CREATE INDEX analyses_session_idx ON analyses (session_id);
CREATE INDEX analyses_requested_by_idx ON analyses (requested_by);
CREATE INDEX analyses_run_idx ON analyses (run_id);
CREATE UNIQUE INDEX analyses_one_open_key ON analyses (project_id) WHERE status = 'open';

-- One live analysis for each project, whoever dispatches.
CREATE UNIQUE INDEX runs_one_live_analysis_key ON runs (project_id)
  WHERE purpose = 'repo_analysis' AND status IN ('dispatched', 'claimed', 'running', 'waiting');

-- The catalog of a project as a whole.
CREATE TABLE catalogs (
  project_id  uuid PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
  -- Grows with every change of its artifacts; what is kept in memory of it is kept for one revision.
  revision    bigint NOT NULL DEFAULT 0,
  -- Of the last analysis that came to its end.
  commit      text,
  analysed_at timestamptz,
  -- The base branch's tip as a release left it; differs from `commit` while the catalog is behind.
  base_tip    text
);

CREATE TABLE catalog_files (
  project_id         uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  path               text NOT NULL,
  blob               text NOT NULL,
  -- What was announced last, and what the artifacts that are held belong to; they differ between the two.
  fingerprint        text NOT NULL,
  stored_fingerprint text,
  stored_blob        text,
  stored_commit      text,
  language           text NOT NULL,
  frameworks         text[] NOT NULL DEFAULT '{}',
  -- The run that named it last: what the last whole analysis did not name is gone from the repository.
  seen_run           uuid NOT NULL,
  commit             text NOT NULL,
  PRIMARY KEY (project_id, path)
);

CREATE TABLE artifacts (
  id         uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  path       text NOT NULL,
  kind       text NOT NULL,
  name       text NOT NULL,
  container  text NOT NULL,
  signature  text NOT NULL,
  doc        text NOT NULL,
  line       integer NOT NULL,
  end_line   integer NOT NULL,
  exported   boolean NOT NULL,
  -- Of kind, place and words: an artifact whose words did not change keeps its id and its embedding.
  content    text NOT NULL,
  search     tsvector NOT NULL,
  -- 256 numbers. An array on every database; where pgvector is, an index on it as a vector is made when the studio starts, so that
  -- the extension may also come later.
  embedding  real[],
  -- Who made the embedding; another embedder's is made anew.
  embedder   text,
  FOREIGN KEY (project_id, path) REFERENCES catalog_files ON DELETE CASCADE
);
CREATE INDEX artifacts_file_idx ON artifacts (project_id, path);
CREATE INDEX artifacts_search_idx ON artifacts USING gin (search);
CREATE INDEX artifacts_embedder_idx ON artifacts (embedder);

CREATE TABLE context_files (
  project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  name       text NOT NULL CHECK (name IN ('codebase', 'workflow', 'notes')),
  version    integer NOT NULL,
  commit     text NOT NULL,
  run_id     uuid REFERENCES runs ON DELETE SET NULL,
  text       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (project_id, name, version)
);
CREATE INDEX context_files_run_idx ON context_files (run_id);
