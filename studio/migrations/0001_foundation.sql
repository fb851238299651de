-- Who people are, what they belong to, and the ledger that every later table writes into.
-- Conventions of all migrations: ids are UUIDv7 made by the application; times are timestamptz; closed sets are text with a CHECK, which
-- a later migration can widen without rewriting the table (an enum type cannot lose a value); every foreign key column has an index.

-- People ------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE users (
  id          uuid PRIMARY KEY,
  name        text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  -- Lower case. NULL for whoever was only ever invited by token: such a person signs in by link.
  email       text CONSTRAINT users_email_key UNIQUE CHECK (email = lower(email) AND char_length(email) BETWEEN 3 AND 320),
  -- Operates this installation: may create sign-in links for others. The owner made at first run is one.
  is_operator boolean NOT NULL DEFAULT false,
  created_at  timestamptz NOT NULL DEFAULT now(),
  -- A disabled person keeps their history and loses every way in.
  disabled_at timestamptz
);

CREATE TABLE credentials (
  user_id       uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  -- argon2id, in the PHC string format, parameters included.
  password_hash text NOT NULL,
  updated_at    timestamptz NOT NULL DEFAULT now()
);

-- Tokens are stored as SHA-256 only: each has 256 random bits, so a slow hash would add nothing.
CREATE TABLE web_sessions (
  id           uuid PRIMARY KEY,
  user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  token_hash   bytea NOT NULL CONSTRAINT web_sessions_token_key UNIQUE,
  user_agent   text,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL
);
CREATE INDEX web_sessions_user_idx ON web_sessions (user_id);
CREATE INDEX web_sessions_expiry_idx ON web_sessions (expires_at);

CREATE TABLE sign_in_links (
  id         uuid PRIMARY KEY,
  -- `setup` creates the owner and has no user yet; `sign_in` opens a session for one.
  purpose    text NOT NULL CHECK (purpose IN ('setup', 'sign_in')),
  user_id    uuid REFERENCES users ON DELETE CASCADE,
  token_hash bytea NOT NULL CONSTRAINT sign_in_links_token_key UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  CHECK ((purpose = 'setup') = (user_id IS NULL))
);
CREATE INDEX sign_in_links_user_idx ON sign_in_links (user_id);

-- Workspaces --------------------------------------------------------------------------------------------------------------------------

CREATE TABLE workspaces (
  id         uuid PRIMARY KEY,
  slug       text NOT NULL CONSTRAINT workspaces_slug_key UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
  name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  created_by uuid REFERENCES users ON DELETE SET NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX workspaces_created_by_idx ON workspaces (created_by);

CREATE TABLE members (
  id           uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at   timestamptz NOT NULL DEFAULT now(),
  -- Members are never deleted: their runs, reviews and comments name them. A removed one may be invited again.
  removed_at   timestamptz,
  CONSTRAINT members_user_key UNIQUE (workspace_id, user_id)
);
CREATE INDEX members_user_idx ON members (user_id);

-- The names of roles live in the protocol's permission table, not here: a database that knows them would need a migration per role.
CREATE TABLE member_roles (
  member_id uuid NOT NULL REFERENCES members ON DELETE CASCADE,
  role      text NOT NULL CHECK (role ~ '^[a-z][a-z_]{0,31}$'),
  PRIMARY KEY (member_id, role)
);

CREATE TABLE skills (
  id           uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  slug         text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9.+#_-]{0,47}$'),
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  colour       text CHECK (colour ~ '^#[0-9a-f]{6}$'),
  synonyms     text[] NOT NULL DEFAULT '{}',
  created_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT skills_slug_key UNIQUE (workspace_id, slug)
);

CREATE TABLE member_skills (
  member_id   uuid NOT NULL REFERENCES members ON DELETE CASCADE,
  skill_id    uuid NOT NULL REFERENCES skills ON DELETE CASCADE,
  -- 1 beginner, 2 basic, 3 intermediate, 4 advanced, 5 expert.
  proficiency smallint NOT NULL DEFAULT 3 CHECK (proficiency BETWEEN 1 AND 5),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (member_id, skill_id)
);
CREATE INDEX member_skills_skill_idx ON member_skills (skill_id);

-- Machines get in by invite, and stay in by refresh ----------------------------------------------------------------------------------------

CREATE TABLE invites (
  id           uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  invited_by   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  -- SHA-256 of the token's `jti`: whoever reads this table cannot make the token.
  jti_hash     bytea NOT NULL CONSTRAINT invites_jti_key UNIQUE,
  role         text NOT NULL CHECK (role ~ '^[a-z][a-z_]{0,31}$'),
  -- NULL: all projects of the workspace. No foreign key: a project that was deleted since simply grants nothing.
  project_ids  uuid[],
  -- The machine acts as the inviting member instead of becoming a member of its own.
  as_myself    boolean NOT NULL DEFAULT false,
  note         text CHECK (char_length(note) <= 200),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz,
  used_by      uuid REFERENCES users ON DELETE SET NULL,
  revoked_at   timestamptz
);
CREATE INDEX invites_workspace_idx ON invites (workspace_id, created_at);
CREATE INDEX invites_invited_by_idx ON invites (invited_by);
CREATE INDEX invites_used_by_idx ON invites (used_by);

-- One row per redeemed invite: a chain of refresh tokens of which only the newest (and, for some seconds, its predecessor) is good.
-- The tokens themselves are not stored, not even hashed: each is an HMAC over (family, generation) under the installation's secret key,
-- so that eight processes which refresh in the same millisecond can all be given the same successor.
CREATE TABLE refresh_families (
  id             uuid PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  workspace_id   uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- NULL: all projects of the workspace.
  project_ids    uuid[],
  label          text CHECK (char_length(label) <= 200),
  generation     integer NOT NULL DEFAULT 0 CHECK (generation >= 0),
  created_at     timestamptz NOT NULL DEFAULT now(),
  rotated_at     timestamptz NOT NULL DEFAULT now(),
  -- Moves forward at every rotation; the family ends when it is not refreshed in time.
  expires_at     timestamptz NOT NULL,
  revoked_at     timestamptz,
  revoked_reason text CHECK (revoked_reason IN ('reuse', 'signed_out', 'member_removed', 'user_disabled')),
  CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
);
CREATE INDEX refresh_families_user_idx ON refresh_families (user_id);
CREATE INDEX refresh_families_workspace_idx ON refresh_families (workspace_id);

-- The ledger -----------------------------------------------------------------------------------------------------------------------------

-- Append-only. Readers order by (txid, seq) and stop below the oldest running transaction: with `seq` alone, an event that commits late
-- is skipped for ever. No foreign keys: history outlives what it speaks of.
CREATE TABLE events (
  seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  txid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- NULL for what concerns the installation or one account rather than a workspace.
  workspace_id uuid,
  project_id   uuid,
  plan_id      uuid,
  task_id      uuid,
  run_id       uuid,
  kind         text NOT NULL CHECK (kind ~ '^[a-z][a-z-]*/[a-z][a-z_-]*$'),
  actor        jsonb NOT NULL,
  payload      jsonb NOT NULL
);
CREATE INDEX events_cursor_idx ON events (txid, seq);
CREATE INDEX events_workspace_idx ON events (workspace_id, txid, seq);
CREATE INDEX events_project_idx ON events (project_id, txid, seq);
CREATE INDEX events_plan_idx ON events (plan_id, txid, seq);
CREATE INDEX events_task_idx ON events (task_id, txid, seq);
CREATE INDEX events_run_idx ON events (run_id, txid, seq);

-- Doing things once ------------------------------------------------------------------------------------------------------------------------

-- One row per `Idempotency-Key` of an HTTP POST, kept for a day.
CREATE TABLE idempotency_keys (
  -- Who sent the key: the same key from two callers is two keys.
  scope         text NOT NULL,
  key           text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 200),
  -- Which process works on it, so that a request cut off by a crash is told from one that is still running.
  claim         uuid NOT NULL,
  request_hash  bytea NOT NULL,
  claimed_at    timestamptz NOT NULL DEFAULT now(),
  -- Set by the transaction that carries the effect, and so true exactly when there was one.
  effect_at     timestamptz,
  -- Set after the handler returned.
  status        smallint,
  response      jsonb,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_claimed_idx ON idempotency_keys (claimed_at);

-- One row per mutating JSON-RPC call, written in the transaction of its effect.
CREATE TABLE op_ids (
  scope      text NOT NULL,
  op_id      uuid NOT NULL,
  method     text NOT NULL,
  result     jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, op_id)
);
CREATE INDEX op_ids_created_idx ON op_ids (created_at);

-- Which process runs a loop of which there must be one. The database's clock decides, on one machine or many.
CREATE TABLE loop_leases (
  name       text PRIMARY KEY,
  holder     uuid NOT NULL,
  expires_at timestamptz NOT NULL
);
