-- Projects, plans, tasks, machines, runs. Statuses are written only by the services that ask the protocol's state tables; the CHECKs
-- below catch a typing mistake, not a wrong decision.

CREATE TABLE projects (
  id                uuid PRIMARY KEY,
  workspace_id      uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  -- Prefix of task keys.
  key               text NOT NULL CHECK (key ~ '^[A-Z][A-Z0-9]{1,9}$'),
  name              text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  provider          text NOT NULL CHECK (provider IN ('github', 'gitlab', 'gitea', 'manual')),
  normalized_remote text NOT NULL,
  remote            jsonb NOT NULL,
  base_branch       text NOT NULL,
  policy            jsonb NOT NULL,
  -- The number of the task made last; keys are never given twice.
  task_counter      integer NOT NULL DEFAULT 0,
  created_by        uuid REFERENCES users ON DELETE SET NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT projects_key_key UNIQUE (workspace_id, key),
  CONSTRAINT projects_remote_key UNIQUE (workspace_id, normalized_remote)
);
CREATE INDEX projects_created_by_idx ON projects (created_by);

CREATE TABLE plans (
  id              uuid PRIMARY KEY,
  project_id      uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  title           text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  goal            text NOT NULL DEFAULT '',
  status          text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'releasing', 'completed', 'cancelled', 'archived')),
  base_branch     text NOT NULL,
  -- Chosen at activation; never changes afterwards.
  epic_branch     text CONSTRAINT plans_epic_key UNIQUE,
  -- NULL until a bootstrap run has made the branch.
  epic_ready_at   timestamptz,
  epic_tip        text,
  release_commit  text,
  -- {tip, commit, run}: the release intent recorded before the push.
  release_intent  jsonb,
  notices         jsonb NOT NULL DEFAULT '[]',
  -- Counts edits of text and structure only.
  version         integer NOT NULL DEFAULT 1,
  -- Attempts of plan-level runs are counted from here.
  attempts_since  timestamptz NOT NULL DEFAULT now(),
  due_after       timestamptz,
  -- `stop: true` of a pause: agents were asked to checkpoint.
  stop_requested  boolean NOT NULL DEFAULT false,
  created_by      uuid REFERENCES users ON DELETE SET NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  activated_at    timestamptz,
  ended_at        timestamptz
);
CREATE INDEX plans_project_idx ON plans (project_id, created_at);
CREATE INDEX plans_created_by_idx ON plans (created_by);
CREATE INDEX plans_open_idx ON plans (status) WHERE status IN ('active', 'paused', 'releasing');

CREATE TABLE phases (
  id       uuid PRIMARY KEY,
  plan_id  uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
  position integer NOT NULL,
  title    text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200)
);
CREATE INDEX phases_plan_idx ON phases (plan_id, position);

CREATE TABLE tasks (
  id                  uuid PRIMARY KEY,
  project_id          uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  plan_id             uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
  phase_id            uuid NOT NULL REFERENCES phases ON DELETE CASCADE,
  number              integer NOT NULL,
  key                 text NOT NULL,
  title               text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
  description         text NOT NULL DEFAULT '',
  acceptance_criteria jsonb NOT NULL DEFAULT '[]',
  -- [{slug, min}]
  skills              jsonb NOT NULL DEFAULT '[]',
  level               integer NOT NULL DEFAULT 0,
  priority            integer NOT NULL DEFAULT 0,
  estimate_minutes    integer,
  position            integer NOT NULL DEFAULT 0,
  -- Subtasks: who asked, and how deep.
  parent_id           uuid REFERENCES tasks ON DELETE SET NULL,
  parent_run_id       uuid,
  depth               integer NOT NULL DEFAULT 0,
  text_version        integer NOT NULL DEFAULT 1,

  status              text NOT NULL DEFAULT 'draft'
                      CHECK (status IN ('draft', 'queued', 'in_progress', 'in_review', 'landing', 'blocked', 'done', 'cancelled')),
  blocked_code        text,
  blocked_from        text,
  blocked_sentence    text,
  -- What its agent asked, while `manual_attention` stands.
  question            text,

  assignee            uuid REFERENCES members ON DELETE SET NULL,
  assigned_by         uuid REFERENCES users ON DELETE SET NULL,
  offered_at          timestamptz,
  accepted_at         timestamptz,
  -- "Start now" on this session; cleared when its run starts.
  pinned_session      uuid,

  revisions           integer NOT NULL DEFAULT 0,
  repairs             integer NOT NULL DEFAULT 0,
  started_runs        integer NOT NULL DEFAULT 0,
  lost_runs           integer NOT NULL DEFAULT 0,
  no_verdicts         integer NOT NULL DEFAULT 0,
  granted_revisions   integer NOT NULL DEFAULT 0,
  granted_repairs     integer NOT NULL DEFAULT 0,
  granted_runs        integer NOT NULL DEFAULT 0,
  granted_lost        integer NOT NULL DEFAULT 0,
  -- Attempts of the present stage and revision are counted from here.
  attempts_since      timestamptz NOT NULL DEFAULT now(),

  branch              text NOT NULL,
  -- What the last successful implement run produced, as computed by the daemon in the vault.
  head                text,
  base                text,
  tree                text,
  base_tree           text,
  produced_tip        text,
  rejected_tree       text,
  author_session      uuid,
  author_member       uuid,
  -- {head, base, tree, tip, textVersion, by, run, at}; NULL when there is none or it was voided.
  approval            jsonb,
  review_approved_at  timestamptz,
  -- Paths that the next review is asked about; NULL for a whole review.
  delta_paths         jsonb,
  -- The epic's tip with which an approved head overlapped; the next review judges the merge onto it.
  overlap_tip         text,
  repair_tip          text,
  failed_output       text NOT NULL DEFAULT '',
  findings            jsonb NOT NULL DEFAULT '[]',
  -- [{question, answer}]
  answers             jsonb NOT NULL DEFAULT '[]',

  -- {run, head, tip, commit}: a push that was granted and whose outcome is not known yet. NULL = not pushing.
  intent              jsonb,
  cancel_requested_at timestamptz,
  merge_commit        text,

  -- Backing off until then.
  due_after           timestamptz,
  -- The next attempt rather goes elsewhere.
  avoid_session       uuid,
  -- Where its lane is warm.
  lane_session        uuid,
  stage_entered_at    timestamptz NOT NULL DEFAULT now(),
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT tasks_number_key UNIQUE (project_id, number),
  CHECK ((status = 'blocked') = (blocked_code IS NOT NULL)),
  CHECK ((status = 'blocked') = (blocked_from IS NOT NULL))
);
CREATE INDEX tasks_plan_idx ON tasks (plan_id, status);
CREATE INDEX tasks_phase_idx ON tasks (phase_id);
CREATE INDEX tasks_parent_idx ON tasks (parent_id);
CREATE INDEX tasks_assignee_idx ON tasks (assignee);
CREATE INDEX tasks_assigned_by_idx ON tasks (assigned_by);
CREATE INDEX tasks_live_idx ON tasks (status) WHERE status IN ('queued', 'in_progress', 'in_review', 'landing');

CREATE TABLE task_dependencies (
  task_id    uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
  depends_on uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
  -- A person said "treat as done" of a cancelled dependency.
  waived     boolean NOT NULL DEFAULT false,
  PRIMARY KEY (task_id, depends_on),
  CHECK (task_id <> depends_on)
);
CREATE INDEX task_dependencies_reverse_idx ON task_dependencies (depends_on);

CREATE TABLE comments (
  id        uuid PRIMARY KEY,
  task_id   uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
  author    jsonb NOT NULL,
  text      text NOT NULL,
  -- The next prompt carries it.
  for_agent boolean NOT NULL DEFAULT false,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX comments_task_idx ON comments (task_id, at);

CREATE TABLE plan_messages (
  seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id      uuid NOT NULL CONSTRAINT plan_messages_id_key UNIQUE,
  plan_id uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
  kind    text NOT NULL CHECK (kind IN ('message', 'proposal', 'question', 'clarification', 'follow_up')),
  author  text NOT NULL CHECK (author IN ('person', 'agent', 'studio')),
  text    text NOT NULL,
  run_id  uuid,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX plan_messages_plan_idx ON plan_messages (plan_id, seq);

-- One connected daemon for one project. The row outlives the connection: the same machine comes back to it.
CREATE TABLE agent_sessions (
  id           uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  project_id   uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  member_id    uuid NOT NULL REFERENCES members ON DELETE CASCADE,
  machine_id   uuid NOT NULL,
  hostname     text NOT NULL,
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 60),
  role         text NOT NULL CHECK (role IN ('lead', 'worker')),
  purposes     jsonb NOT NULL,
  agents       jsonb NOT NULL,
  skills       jsonb NOT NULL DEFAULT '[]',
  capacity     integer NOT NULL CHECK (capacity BETWEEN 0 AND 64),
  reachable    boolean NOT NULL DEFAULT false,
  may_push     boolean NOT NULL DEFAULT false,
  status       text NOT NULL CHECK (status IN ('online', 'stale', 'draining', 'offline')),
  -- The socket that speaks for it now; an older socket of the same machine no longer does.
  connection   uuid,
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  created_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT agent_sessions_machine_key UNIQUE (project_id, machine_id, name)
);
CREATE INDEX agent_sessions_workspace_idx ON agent_sessions (workspace_id);
CREATE INDEX agent_sessions_member_idx ON agent_sessions (member_id);
CREATE INDEX agent_sessions_live_idx ON agent_sessions (project_id) WHERE status <> 'offline';

CREATE TABLE runs (
  id            uuid PRIMARY KEY,
  workspace_id  uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  project_id    uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
  plan_id       uuid REFERENCES plans ON DELETE CASCADE,
  task_id       uuid REFERENCES tasks ON DELETE CASCADE,
  purpose       text NOT NULL,
  -- produce, judge or land; NULL for runs of a plan or project.
  stage         text CHECK (stage IN ('produce', 'judge', 'land')),
  candidate     integer NOT NULL DEFAULT 0,
  status        text NOT NULL CHECK (status IN ('dispatched', 'claimed', 'running', 'waiting', 'lost', 'succeeded', 'failed',
                  'timed_out', 'stalled', 'yielded', 'cancelled', 'withdrawn', 'superseded')),
  attempt       integer NOT NULL,
  revision      integer NOT NULL DEFAULT 0,
  repair        integer NOT NULL DEFAULT 0,
  text_version  integer NOT NULL DEFAULT 1,
  session_id    uuid REFERENCES agent_sessions ON DELETE SET NULL,
  agent         text,
  -- Grows at every claim; every write of a daemon says `WHERE id = $1 AND epoch = $2`.
  epoch         bigint NOT NULL DEFAULT 0,
  lease_until   timestamptz,
  wait_reasons  text[] NOT NULL DEFAULT '{}',
  wait_until    timestamptz,
  question      text,
  pushing       boolean NOT NULL DEFAULT false,
  -- A merge made only to read the epic.
  read_only     boolean NOT NULL DEFAULT false,
  -- The author's own machine or member judges, because nobody else was there in time.
  self_review   boolean NOT NULL DEFAULT false,
  -- It was asked to checkpoint and wait for these reasons; asked again until it does.
  holds         text[] NOT NULL DEFAULT '{}',
  -- What the claim handed out; NULL until then.
  packet        jsonb,
  outcome       jsonb,
  failure_class text,
  sentence      text,
  head          text,
  usage         jsonb NOT NULL DEFAULT '{}',
  match         jsonb,
  -- The last journal line held without a gap.
  ack_seq       integer NOT NULL DEFAULT 0,
  dispatched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  claimed_at    timestamptz,
  started_at    timestamptz,
  lost_at       timestamptz,
  -- A lost run may come back until then without its stage being given away.
  grace_until   timestamptz,
  -- Its outcome came after it was lost; a late failure costs no attempt.
  late          boolean NOT NULL DEFAULT false,
  ended_at      timestamptz,
  created_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- A task has at most one live run that is not lost per (stage, candidate): an index, not hope.
CREATE UNIQUE INDEX runs_one_live_key ON runs (task_id, stage, candidate)
  WHERE task_id IS NOT NULL AND status IN ('dispatched', 'claimed', 'running', 'waiting');
CREATE UNIQUE INDEX runs_one_live_plan_key ON runs (plan_id, purpose)
  WHERE task_id IS NULL AND status IN ('dispatched', 'claimed', 'running', 'waiting');
-- Merges into one epic are serial.
CREATE UNIQUE INDEX runs_one_live_merge_key ON runs (plan_id)
  WHERE stage = 'land' AND status IN ('dispatched', 'claimed', 'running');
CREATE INDEX runs_workspace_idx ON runs (workspace_id);
CREATE INDEX runs_project_idx ON runs (project_id, created_at);
CREATE INDEX runs_plan_idx ON runs (plan_id, created_at);
CREATE INDEX runs_task_idx ON runs (task_id, created_at);
CREATE INDEX runs_session_live_idx ON runs (session_id) WHERE status IN ('dispatched', 'claimed', 'running', 'waiting', 'lost');
CREATE INDEX runs_lease_idx ON runs (lease_until) WHERE status IN ('claimed', 'running');

-- Every epoch of a run and the session that it was given to. A report names one of them, or it is nobody's.
CREATE TABLE run_grants (
  run_id     uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  epoch      bigint NOT NULL,
  session_id uuid NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run_id, epoch)
);
CREATE INDEX run_grants_session_idx ON run_grants (session_id);

CREATE TABLE run_events (
  run_id  uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
  seq     integer NOT NULL,
  at      timestamptz NOT NULL,
  kind    text NOT NULL,
  payload jsonb NOT NULL,
  PRIMARY KEY (run_id, seq)
);

CREATE TABLE reviews (
  id           uuid PRIMARY KEY,
  task_id      uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
  run_id       uuid REFERENCES runs ON DELETE SET NULL,
  verdict      text NOT NULL CHECK (verdict IN ('approved', 'rejected', 'no_verdict')),
  -- False: kept as evidence only.
  counted      boolean NOT NULL,
  head         text NOT NULL,
  text_version integer NOT NULL,
  summary      text NOT NULL DEFAULT '',
  findings     jsonb NOT NULL DEFAULT '[]',
  by           jsonb NOT NULL,
  self_review  boolean NOT NULL DEFAULT false,
  at           timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX reviews_task_idx ON reviews (task_id, at);
CREATE INDEX reviews_run_idx ON reviews (run_id);

-- What landed, and what was about to. Read with the epic itself: this table is the record, the epic is the truth.
CREATE TABLE merges (
  id      uuid PRIMARY KEY,
  plan_id uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
  -- NULL for the release of the whole plan.
  task_id uuid REFERENCES tasks ON DELETE CASCADE,
  run_id  uuid REFERENCES runs ON DELETE SET NULL,
  tip     text NOT NULL,
  commit  text NOT NULL,
  class   text CHECK (class IN ('exact', 'overlay', 'overlap')),
  status  text NOT NULL CHECK (status IN ('intended', 'landed', 'found', 'abandoned')),
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX merges_plan_idx ON merges (plan_id, at);
CREATE INDEX merges_task_idx ON merges (task_id);
CREATE INDEX merges_run_idx ON merges (run_id);

-- A session that let an offer go is not offered that work again for a while: 30 s, doubling to 10 min.
CREATE TABLE dispatch_cooldowns (
  session_id uuid NOT NULL REFERENCES agent_sessions ON DELETE CASCADE,
  -- The task, or the plan for plan-level runs.
  subject_id uuid NOT NULL,
  step       integer NOT NULL DEFAULT 0,
  until      timestamptz NOT NULL,
  PRIMARY KEY (session_id, subject_id)
);
CREATE INDEX dispatch_cooldowns_subject_idx ON dispatch_cooldowns (subject_id);

-- When any studio was last alive. Leases do not run down while none was, so whoever finds a gap here gives them time again, and nothing
-- is swept before `listen_until`.
CREATE TABLE studio_watch (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  beat_at      timestamptz NOT NULL,
  listen_until timestamptz NOT NULL
);
