-- Written by `npm run schema --workspace studio` from the catalogs of a freshly migrated database. Do not edit; add a migration.

-- Tables

CREATE TABLE agent_sessions (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  project_id uuid NOT NULL,
  member_id uuid NOT NULL,
  machine_id uuid NOT NULL,
  hostname text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  purposes jsonb NOT NULL,
  agents jsonb NOT NULL,
  skills jsonb NOT NULL DEFAULT '[]'::jsonb,
  capacity integer NOT NULL,
  reachable boolean NOT NULL DEFAULT false,
  may_push boolean NOT NULL DEFAULT false,
  status text NOT NULL,
  connection uuid,
  last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  left_at timestamp with time zone,
  machine_slots integer
);

CREATE TABLE analyses (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  project_id uuid NOT NULL,
  session_id uuid,
  requested_by uuid,
  status text NOT NULL DEFAULT 'open'::text,
  sentence text NOT NULL DEFAULT ''::text,
  run_id uuid,
  commit text,
  report jsonb,
  requested_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamp with time zone
);

CREATE TABLE artifacts (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  path text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  container text NOT NULL,
  signature text NOT NULL,
  doc text NOT NULL,
  line integer NOT NULL,
  end_line integer NOT NULL,
  exported boolean NOT NULL,
  content text NOT NULL,
  search tsvector NOT NULL,
  embedding real[],
  embedder text
);

CREATE TABLE catalog_files (
  project_id uuid NOT NULL,
  path text NOT NULL,
  blob text NOT NULL,
  fingerprint text NOT NULL,
  stored_fingerprint text,
  stored_blob text,
  stored_commit text,
  language text NOT NULL,
  frameworks text[] NOT NULL DEFAULT '{}'::text[],
  seen_run uuid NOT NULL,
  commit text NOT NULL
);

CREATE TABLE catalogs (
  project_id uuid NOT NULL,
  revision bigint NOT NULL DEFAULT 0,
  commit text,
  analysed_at timestamp with time zone,
  base_tip text
);

CREATE TABLE change_parts (
  change_id uuid NOT NULL,
  part integer NOT NULL,
  files jsonb NOT NULL
);

CREATE TABLE changes (
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  run_id uuid,
  head text NOT NULL,
  base text NOT NULL,
  files integer NOT NULL,
  added integer NOT NULL,
  removed integer NOT NULL,
  parts integer NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE channel_messages (
  team_id uuid NOT NULL,
  seq integer NOT NULL,
  kind text NOT NULL,
  author jsonb NOT NULL,
  text text NOT NULL,
  run_id uuid,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  cleared_at timestamp with time zone
);

CREATE TABLE comments (
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  author jsonb NOT NULL,
  text text NOT NULL,
  for_agent boolean NOT NULL DEFAULT false,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE context_files (
  project_id uuid NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  commit text NOT NULL,
  run_id uuid,
  text text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE credentials (
  user_id uuid NOT NULL,
  password_hash text NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE dispatch_cooldowns (
  session_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  step integer NOT NULL DEFAULT 0,
  until timestamp with time zone NOT NULL
);

CREATE TABLE events (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  workspace_id uuid,
  project_id uuid,
  plan_id uuid,
  task_id uuid,
  run_id uuid,
  kind text NOT NULL,
  actor jsonb NOT NULL,
  payload jsonb NOT NULL,
  trace text
);

CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  claim uuid NOT NULL,
  request_hash bytea NOT NULL,
  claimed_at timestamp with time zone NOT NULL DEFAULT now(),
  effect_at timestamp with time zone,
  status smallint,
  response jsonb
);

CREATE TABLE invites (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  invited_by uuid NOT NULL,
  jti_hash bytea NOT NULL,
  role text NOT NULL,
  project_ids uuid[],
  as_myself boolean NOT NULL DEFAULT false,
  note text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  used_by uuid,
  revoked_at timestamp with time zone
);

CREATE TABLE loop_leases (
  name text NOT NULL,
  holder uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE member_roles (
  member_id uuid NOT NULL,
  role text NOT NULL
);

CREATE TABLE member_skills (
  member_id uuid NOT NULL,
  skill_id uuid NOT NULL,
  proficiency smallint NOT NULL DEFAULT 3,
  updated_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE members (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  removed_at timestamp with time zone
);

CREATE TABLE merges (
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  task_id uuid,
  run_id uuid,
  tip text NOT NULL,
  commit text NOT NULL,
  class text,
  status text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE op_ids (
  scope text NOT NULL,
  op_id uuid NOT NULL,
  method text NOT NULL,
  result jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE pauses (
  scope text NOT NULL,
  subject_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  project_id uuid,
  by_name text NOT NULL,
  why text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE phases (
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  "position" integer NOT NULL,
  title text NOT NULL
);

CREATE TABLE plan_messages (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  kind text NOT NULL,
  author text NOT NULL,
  text text NOT NULL,
  run_id uuid,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE plans (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  title text NOT NULL,
  goal text NOT NULL DEFAULT ''::text,
  status text NOT NULL DEFAULT 'draft'::text,
  base_branch text NOT NULL,
  epic_branch text,
  epic_ready_at timestamp with time zone,
  epic_tip text,
  release_commit text,
  release_intent jsonb,
  notices jsonb NOT NULL DEFAULT '[]'::jsonb,
  version integer NOT NULL DEFAULT 1,
  attempts_since timestamp with time zone NOT NULL DEFAULT now(),
  due_after timestamp with time zone,
  stop_requested boolean NOT NULL DEFAULT false,
  created_by uuid,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  activated_at timestamp with time zone,
  ended_at timestamp with time zone
);

CREATE TABLE projects (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  provider text NOT NULL,
  normalized_remote text NOT NULL,
  remote jsonb NOT NULL,
  base_branch text NOT NULL,
  policy jsonb NOT NULL,
  task_counter integer NOT NULL DEFAULT 0,
  created_by uuid,
  created_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE refresh_families (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  project_ids uuid[],
  label text,
  generation integer NOT NULL DEFAULT 0,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  rotated_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  revoked_at timestamp with time zone,
  revoked_reason text
);

CREATE TABLE reviews (
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  run_id uuid,
  verdict text NOT NULL,
  counted boolean NOT NULL,
  head text NOT NULL,
  text_version integer NOT NULL,
  summary text NOT NULL DEFAULT ''::text,
  findings jsonb NOT NULL DEFAULT '[]'::jsonb,
  by jsonb NOT NULL,
  self_review boolean NOT NULL DEFAULT false,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE run_events (
  run_id uuid NOT NULL,
  seq integer NOT NULL,
  at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL
);

CREATE TABLE run_grants (
  run_id uuid NOT NULL,
  epoch bigint NOT NULL,
  session_id uuid NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE runs (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  project_id uuid NOT NULL,
  plan_id uuid,
  task_id uuid,
  purpose text NOT NULL,
  stage text,
  candidate integer NOT NULL DEFAULT 0,
  status text NOT NULL,
  attempt integer NOT NULL,
  revision integer NOT NULL DEFAULT 0,
  repair integer NOT NULL DEFAULT 0,
  text_version integer NOT NULL DEFAULT 1,
  session_id uuid,
  agent text,
  epoch bigint NOT NULL DEFAULT 0,
  lease_until timestamp with time zone,
  wait_reasons text[] NOT NULL DEFAULT '{}'::text[],
  wait_until timestamp with time zone,
  question text,
  pushing boolean NOT NULL DEFAULT false,
  read_only boolean NOT NULL DEFAULT false,
  self_review boolean NOT NULL DEFAULT false,
  holds text[] NOT NULL DEFAULT '{}'::text[],
  packet jsonb,
  outcome jsonb,
  failure_class text,
  sentence text,
  head text,
  usage jsonb NOT NULL DEFAULT '{}'::jsonb,
  match jsonb,
  ack_seq integer NOT NULL DEFAULT 0,
  dispatched_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  claimed_at timestamp with time zone,
  started_at timestamp with time zone,
  lost_at timestamp with time zone,
  grace_until timestamp with time zone,
  late boolean NOT NULL DEFAULT false,
  ended_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  trace text
);

CREATE TABLE schema_migrations (
  version integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  contracts boolean NOT NULL DEFAULT true
);

CREATE TABLE sign_in_links (
  id uuid NOT NULL,
  purpose text NOT NULL,
  user_id uuid,
  token_hash bytea NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone
);

CREATE TABLE skills (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  colour text,
  synonyms text[] NOT NULL DEFAULT '{}'::text[],
  created_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE studio_watch (
  only_row boolean NOT NULL DEFAULT true,
  beat_at timestamp with time zone NOT NULL,
  listen_until timestamp with time zone NOT NULL
);

CREATE TABLE task_dependencies (
  task_id uuid NOT NULL,
  depends_on uuid NOT NULL,
  waived boolean NOT NULL DEFAULT false
);

CREATE TABLE tasks (
  id uuid NOT NULL,
  project_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  phase_id uuid NOT NULL,
  number integer NOT NULL,
  key text NOT NULL,
  title text NOT NULL,
  description text NOT NULL DEFAULT ''::text,
  acceptance_criteria jsonb NOT NULL DEFAULT '[]'::jsonb,
  skills jsonb NOT NULL DEFAULT '[]'::jsonb,
  level integer NOT NULL DEFAULT 0,
  priority integer NOT NULL DEFAULT 0,
  estimate_minutes integer,
  "position" integer NOT NULL DEFAULT 0,
  parent_id uuid,
  parent_run_id uuid,
  depth integer NOT NULL DEFAULT 0,
  text_version integer NOT NULL DEFAULT 1,
  status text NOT NULL DEFAULT 'draft'::text,
  blocked_code text,
  blocked_from text,
  blocked_sentence text,
  question text,
  assignee uuid,
  assigned_by uuid,
  offered_at timestamp with time zone,
  accepted_at timestamp with time zone,
  pinned_session uuid,
  revisions integer NOT NULL DEFAULT 0,
  repairs integer NOT NULL DEFAULT 0,
  started_runs integer NOT NULL DEFAULT 0,
  lost_runs integer NOT NULL DEFAULT 0,
  no_verdicts integer NOT NULL DEFAULT 0,
  granted_revisions integer NOT NULL DEFAULT 0,
  granted_repairs integer NOT NULL DEFAULT 0,
  granted_runs integer NOT NULL DEFAULT 0,
  granted_lost integer NOT NULL DEFAULT 0,
  attempts_since timestamp with time zone NOT NULL DEFAULT now(),
  branch text NOT NULL,
  head text,
  base text,
  tree text,
  base_tree text,
  produced_tip text,
  rejected_tree text,
  author_session uuid,
  author_member uuid,
  approval jsonb,
  review_approved_at timestamp with time zone,
  delta_paths jsonb,
  overlap_tip text,
  repair_tip text,
  failed_output text NOT NULL DEFAULT ''::text,
  findings jsonb NOT NULL DEFAULT '[]'::jsonb,
  answers jsonb NOT NULL DEFAULT '[]'::jsonb,
  intent jsonb,
  cancel_requested_at timestamp with time zone,
  merge_commit text,
  due_after timestamp with time zone,
  avoid_session uuid,
  lane_session uuid,
  stage_entered_at timestamp with time zone NOT NULL DEFAULT now(),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TABLE team_workers (
  id uuid NOT NULL,
  team_id uuid NOT NULL,
  job text NOT NULL,
  name text NOT NULL,
  "position" integer NOT NULL,
  status text NOT NULL,
  ended_by text,
  sentence text,
  session_id uuid,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamp with time zone
);

CREATE TABLE teams (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  project_id uuid NOT NULL,
  lead_session_id uuid NOT NULL,
  channel text NOT NULL,
  turns integer NOT NULL DEFAULT 0,
  last_seq integer NOT NULL DEFAULT 0,
  closed_at timestamp with time zone,
  closed_why text,
  created_at timestamp with time zone NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE users (
  id uuid NOT NULL,
  name text NOT NULL,
  email text,
  is_operator boolean NOT NULL DEFAULT false,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  disabled_at timestamp with time zone
);

CREATE TABLE web_sessions (
  id uuid NOT NULL,
  user_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  user_agent text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE workspaces (
  id uuid NOT NULL,
  slug text NOT NULL,
  name text NOT NULL,
  created_by uuid,
  created_at timestamp with time zone NOT NULL DEFAULT now()
);

-- Constraints

ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_machine_key UNIQUE (project_id, machine_id, name);
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_pkey PRIMARY KEY (id);
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE;
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_capacity_check CHECK (((capacity >= 0) AND (capacity <= 64)));
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_machine_slots_check CHECK ((machine_slots >= 0));
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60)));
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_role_check CHECK ((role = ANY (ARRAY['lead'::text, 'worker'::text])));
ALTER TABLE agent_sessions ADD CONSTRAINT agent_sessions_status_check CHECK ((status = ANY (ARRAY['online'::text, 'stale'::text, 'draining'::text, 'offline'::text])));
ALTER TABLE analyses ADD CONSTRAINT analyses_pkey PRIMARY KEY (id);
ALTER TABLE analyses ADD CONSTRAINT analyses_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE analyses ADD CONSTRAINT analyses_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE analyses ADD CONSTRAINT analyses_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL;
ALTER TABLE analyses ADD CONSTRAINT analyses_session_id_fkey FOREIGN KEY (session_id) REFERENCES agent_sessions(id) ON DELETE SET NULL;
ALTER TABLE analyses ADD CONSTRAINT analyses_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE analyses ADD CONSTRAINT analyses_status_check CHECK ((status = ANY (ARRAY['open'::text, 'done'::text, 'failed'::text])));
ALTER TABLE artifacts ADD CONSTRAINT artifacts_pkey PRIMARY KEY (id);
ALTER TABLE artifacts ADD CONSTRAINT artifacts_project_id_path_fkey FOREIGN KEY (project_id, path) REFERENCES catalog_files(project_id, path) ON DELETE CASCADE;
ALTER TABLE catalog_files ADD CONSTRAINT catalog_files_pkey PRIMARY KEY (project_id, path);
ALTER TABLE catalog_files ADD CONSTRAINT catalog_files_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE catalogs ADD CONSTRAINT catalogs_pkey PRIMARY KEY (project_id);
ALTER TABLE catalogs ADD CONSTRAINT catalogs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE change_parts ADD CONSTRAINT change_parts_pkey PRIMARY KEY (change_id, part);
ALTER TABLE change_parts ADD CONSTRAINT change_parts_change_id_fkey FOREIGN KEY (change_id) REFERENCES changes(id) ON DELETE CASCADE;
ALTER TABLE changes ADD CONSTRAINT changes_head_key UNIQUE (task_id, head);
ALTER TABLE changes ADD CONSTRAINT changes_pkey PRIMARY KEY (id);
ALTER TABLE changes ADD CONSTRAINT changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL;
ALTER TABLE changes ADD CONSTRAINT changes_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE channel_messages ADD CONSTRAINT channel_messages_pkey PRIMARY KEY (team_id, seq);
ALTER TABLE channel_messages ADD CONSTRAINT channel_messages_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL;
ALTER TABLE channel_messages ADD CONSTRAINT channel_messages_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id) ON DELETE CASCADE;
ALTER TABLE channel_messages ADD CONSTRAINT channel_messages_kind_check CHECK ((kind = ANY (ARRAY['steering'::text, 'report'::text, 'note'::text])));
ALTER TABLE comments ADD CONSTRAINT comments_pkey PRIMARY KEY (id);
ALTER TABLE comments ADD CONSTRAINT comments_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE context_files ADD CONSTRAINT context_files_pkey PRIMARY KEY (project_id, name, version);
ALTER TABLE context_files ADD CONSTRAINT context_files_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE context_files ADD CONSTRAINT context_files_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL;
ALTER TABLE context_files ADD CONSTRAINT context_files_name_check CHECK ((name = ANY (ARRAY['codebase'::text, 'workflow'::text, 'notes'::text])));
ALTER TABLE credentials ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);
ALTER TABLE credentials ADD CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE dispatch_cooldowns ADD CONSTRAINT dispatch_cooldowns_pkey PRIMARY KEY (session_id, subject_id);
ALTER TABLE dispatch_cooldowns ADD CONSTRAINT dispatch_cooldowns_session_id_fkey FOREIGN KEY (session_id) REFERENCES agent_sessions(id) ON DELETE CASCADE;
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (seq);
ALTER TABLE events ADD CONSTRAINT events_kind_check CHECK ((kind ~ '^[a-z][a-z-]*/[a-z][a-z_-]*$'::text));
ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key);
ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 200)));
ALTER TABLE invites ADD CONSTRAINT invites_jti_key UNIQUE (jti_hash);
ALTER TABLE invites ADD CONSTRAINT invites_pkey PRIMARY KEY (id);
ALTER TABLE invites ADD CONSTRAINT invites_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE invites ADD CONSTRAINT invites_used_by_fkey FOREIGN KEY (used_by) REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE invites ADD CONSTRAINT invites_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE invites ADD CONSTRAINT invites_note_check CHECK ((char_length(note) <= 200));
ALTER TABLE invites ADD CONSTRAINT invites_role_check CHECK ((role ~ '^[a-z][a-z_]{0,31}$'::text));
ALTER TABLE loop_leases ADD CONSTRAINT loop_leases_pkey PRIMARY KEY (name);
ALTER TABLE member_roles ADD CONSTRAINT member_roles_pkey PRIMARY KEY (member_id, role);
ALTER TABLE member_roles ADD CONSTRAINT member_roles_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE;
ALTER TABLE member_roles ADD CONSTRAINT member_roles_role_check CHECK ((role ~ '^[a-z][a-z_]{0,31}$'::text));
ALTER TABLE member_skills ADD CONSTRAINT member_skills_pkey PRIMARY KEY (member_id, skill_id);
ALTER TABLE member_skills ADD CONSTRAINT member_skills_member_id_fkey FOREIGN KEY (member_id) REFERENCES members(id) ON DELETE CASCADE;
ALTER TABLE member_skills ADD CONSTRAINT member_skills_skill_id_fkey FOREIGN KEY (skill_id) REFERENCES skills(id) ON DELETE CASCADE;
ALTER TABLE member_skills ADD CONSTRAINT member_skills_proficiency_check CHECK (((proficiency >= 1) AND (proficiency <= 5)));
ALTER TABLE members ADD CONSTRAINT members_user_key UNIQUE (workspace_id, user_id);
ALTER TABLE members ADD CONSTRAINT members_pkey PRIMARY KEY (id);
ALTER TABLE members ADD CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE members ADD CONSTRAINT members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE merges ADD CONSTRAINT merges_pkey PRIMARY KEY (id);
ALTER TABLE merges ADD CONSTRAINT merges_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE;
ALTER TABLE merges ADD CONSTRAINT merges_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL;
ALTER TABLE merges ADD CONSTRAINT merges_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE merges ADD CONSTRAINT merges_class_check CHECK ((class = ANY (ARRAY['exact'::text, 'overlay'::text, 'overlap'::text])));
ALTER TABLE merges ADD CONSTRAINT merges_status_check CHECK ((status = ANY (ARRAY['intended'::text, 'landed'::text, 'found'::text, 'abandoned'::text])));
ALTER TABLE op_ids ADD CONSTRAINT op_ids_pkey PRIMARY KEY (scope, op_id);
ALTER TABLE pauses ADD CONSTRAINT pauses_pkey PRIMARY KEY (scope, subject_id);
ALTER TABLE pauses ADD CONSTRAINT pauses_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE pauses ADD CONSTRAINT pauses_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE pauses ADD CONSTRAINT pauses_scope_check CHECK ((scope = ANY (ARRAY['workspace'::text, 'project'::text, 'session'::text])));
ALTER TABLE phases ADD CONSTRAINT phases_pkey PRIMARY KEY (id);
ALTER TABLE phases ADD CONSTRAINT phases_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE;
ALTER TABLE phases ADD CONSTRAINT phases_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));
ALTER TABLE plan_messages ADD CONSTRAINT plan_messages_id_key UNIQUE (id);
ALTER TABLE plan_messages ADD CONSTRAINT plan_messages_pkey PRIMARY KEY (seq);
ALTER TABLE plan_messages ADD CONSTRAINT plan_messages_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE;
ALTER TABLE plan_messages ADD CONSTRAINT plan_messages_author_check CHECK ((author = ANY (ARRAY['person'::text, 'agent'::text, 'studio'::text])));
ALTER TABLE plan_messages ADD CONSTRAINT plan_messages_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'proposal'::text, 'question'::text, 'clarification'::text, 'follow_up'::text])));
ALTER TABLE plans ADD CONSTRAINT plans_epic_key UNIQUE (epic_branch);
ALTER TABLE plans ADD CONSTRAINT plans_pkey PRIMARY KEY (id);
ALTER TABLE plans ADD CONSTRAINT plans_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE plans ADD CONSTRAINT plans_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE plans ADD CONSTRAINT plans_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'paused'::text, 'releasing'::text, 'completed'::text, 'cancelled'::text, 'archived'::text])));
ALTER TABLE plans ADD CONSTRAINT plans_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));
ALTER TABLE projects ADD CONSTRAINT projects_key_key UNIQUE (workspace_id, key);
ALTER TABLE projects ADD CONSTRAINT projects_remote_key UNIQUE (workspace_id, normalized_remote);
ALTER TABLE projects ADD CONSTRAINT projects_pkey PRIMARY KEY (id);
ALTER TABLE projects ADD CONSTRAINT projects_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE projects ADD CONSTRAINT projects_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE projects ADD CONSTRAINT projects_key_check CHECK ((key ~ '^[A-Z][A-Z0-9]{1,9}$'::text));
ALTER TABLE projects ADD CONSTRAINT projects_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));
ALTER TABLE projects ADD CONSTRAINT projects_provider_check CHECK ((provider = ANY (ARRAY['github'::text, 'gitlab'::text, 'gitea'::text, 'manual'::text])));
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_pkey PRIMARY KEY (id);
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_check CHECK (((revoked_at IS NULL) = (revoked_reason IS NULL)));
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_generation_check CHECK ((generation >= 0));
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_label_check CHECK ((char_length(label) <= 200));
ALTER TABLE refresh_families ADD CONSTRAINT refresh_families_revoked_reason_check CHECK ((revoked_reason = ANY (ARRAY['reuse'::text, 'signed_out'::text, 'member_removed'::text, 'user_disabled'::text])));
ALTER TABLE reviews ADD CONSTRAINT reviews_pkey PRIMARY KEY (id);
ALTER TABLE reviews ADD CONSTRAINT reviews_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE SET NULL;
ALTER TABLE reviews ADD CONSTRAINT reviews_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE reviews ADD CONSTRAINT reviews_verdict_check CHECK ((verdict = ANY (ARRAY['approved'::text, 'rejected'::text, 'no_verdict'::text])));
ALTER TABLE run_events ADD CONSTRAINT run_events_pkey PRIMARY KEY (run_id, seq);
ALTER TABLE run_events ADD CONSTRAINT run_events_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
ALTER TABLE run_grants ADD CONSTRAINT run_grants_pkey PRIMARY KEY (run_id, epoch);
ALTER TABLE run_grants ADD CONSTRAINT run_grants_run_id_fkey FOREIGN KEY (run_id) REFERENCES runs(id) ON DELETE CASCADE;
ALTER TABLE run_grants ADD CONSTRAINT run_grants_session_id_fkey FOREIGN KEY (session_id) REFERENCES agent_sessions(id) ON DELETE CASCADE;
ALTER TABLE runs ADD CONSTRAINT runs_pkey PRIMARY KEY (id);
ALTER TABLE runs ADD CONSTRAINT runs_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE;
ALTER TABLE runs ADD CONSTRAINT runs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE runs ADD CONSTRAINT runs_session_id_fkey FOREIGN KEY (session_id) REFERENCES agent_sessions(id) ON DELETE SET NULL;
ALTER TABLE runs ADD CONSTRAINT runs_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE runs ADD CONSTRAINT runs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE runs ADD CONSTRAINT runs_stage_check CHECK ((stage = ANY (ARRAY['produce'::text, 'judge'::text, 'land'::text])));
ALTER TABLE runs ADD CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['dispatched'::text, 'claimed'::text, 'running'::text, 'waiting'::text, 'lost'::text, 'succeeded'::text, 'failed'::text, 'timed_out'::text, 'stalled'::text, 'yielded'::text, 'cancelled'::text, 'withdrawn'::text, 'superseded'::text])));
ALTER TABLE schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE sign_in_links ADD CONSTRAINT sign_in_links_token_key UNIQUE (token_hash);
ALTER TABLE sign_in_links ADD CONSTRAINT sign_in_links_pkey PRIMARY KEY (id);
ALTER TABLE sign_in_links ADD CONSTRAINT sign_in_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE sign_in_links ADD CONSTRAINT sign_in_links_check CHECK (((purpose = 'setup'::text) = (user_id IS NULL)));
ALTER TABLE sign_in_links ADD CONSTRAINT sign_in_links_purpose_check CHECK ((purpose = ANY (ARRAY['setup'::text, 'sign_in'::text])));
ALTER TABLE skills ADD CONSTRAINT skills_slug_key UNIQUE (workspace_id, slug);
ALTER TABLE skills ADD CONSTRAINT skills_pkey PRIMARY KEY (id);
ALTER TABLE skills ADD CONSTRAINT skills_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE skills ADD CONSTRAINT skills_colour_check CHECK ((colour ~ '^#[0-9a-f]{6}$'::text));
ALTER TABLE skills ADD CONSTRAINT skills_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));
ALTER TABLE skills ADD CONSTRAINT skills_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9.+#_-]{0,47}$'::text));
ALTER TABLE studio_watch ADD CONSTRAINT studio_watch_pkey PRIMARY KEY (only_row);
ALTER TABLE studio_watch ADD CONSTRAINT studio_watch_only_row_check CHECK (only_row);
ALTER TABLE task_dependencies ADD CONSTRAINT task_dependencies_pkey PRIMARY KEY (task_id, depends_on);
ALTER TABLE task_dependencies ADD CONSTRAINT task_dependencies_depends_on_fkey FOREIGN KEY (depends_on) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE task_dependencies ADD CONSTRAINT task_dependencies_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id) ON DELETE CASCADE;
ALTER TABLE task_dependencies ADD CONSTRAINT task_dependencies_check CHECK ((task_id <> depends_on));
ALTER TABLE tasks ADD CONSTRAINT tasks_number_key UNIQUE (project_id, number);
ALTER TABLE tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);
ALTER TABLE tasks ADD CONSTRAINT tasks_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE tasks ADD CONSTRAINT tasks_assignee_fkey FOREIGN KEY (assignee) REFERENCES members(id) ON DELETE SET NULL;
ALTER TABLE tasks ADD CONSTRAINT tasks_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES tasks(id) ON DELETE SET NULL;
ALTER TABLE tasks ADD CONSTRAINT tasks_phase_id_fkey FOREIGN KEY (phase_id) REFERENCES phases(id) ON DELETE CASCADE;
ALTER TABLE tasks ADD CONSTRAINT tasks_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans(id) ON DELETE CASCADE;
ALTER TABLE tasks ADD CONSTRAINT tasks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE tasks ADD CONSTRAINT tasks_check CHECK (((status = 'blocked'::text) = (blocked_code IS NOT NULL)));
ALTER TABLE tasks ADD CONSTRAINT tasks_check1 CHECK (((status = 'blocked'::text) = (blocked_from IS NOT NULL)));
ALTER TABLE tasks ADD CONSTRAINT tasks_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'queued'::text, 'in_progress'::text, 'in_review'::text, 'landing'::text, 'blocked'::text, 'done'::text, 'cancelled'::text])));
ALTER TABLE tasks ADD CONSTRAINT tasks_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));
ALTER TABLE team_workers ADD CONSTRAINT team_workers_name_key UNIQUE (team_id, name);
ALTER TABLE team_workers ADD CONSTRAINT team_workers_pkey PRIMARY KEY (id);
ALTER TABLE team_workers ADD CONSTRAINT team_workers_session_id_fkey FOREIGN KEY (session_id) REFERENCES agent_sessions(id) ON DELETE SET NULL;
ALTER TABLE team_workers ADD CONSTRAINT team_workers_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id) ON DELETE CASCADE;
ALTER TABLE team_workers ADD CONSTRAINT team_workers_job_check CHECK ((job = ANY (ARRAY['dev'::text, 'review'::text, 'test'::text])));
ALTER TABLE team_workers ADD CONSTRAINT team_workers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60)));
ALTER TABLE team_workers ADD CONSTRAINT team_workers_status_check CHECK ((status = ANY (ARRAY['spawned'::text, 'connected'::text, 'working'::text, 'silent'::text, 'ended'::text])));
ALTER TABLE teams ADD CONSTRAINT teams_channel_key UNIQUE (channel);
ALTER TABLE teams ADD CONSTRAINT teams_pkey PRIMARY KEY (id);
ALTER TABLE teams ADD CONSTRAINT teams_lead_session_id_fkey FOREIGN KEY (lead_session_id) REFERENCES agent_sessions(id) ON DELETE CASCADE;
ALTER TABLE teams ADD CONSTRAINT teams_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE;
ALTER TABLE teams ADD CONSTRAINT teams_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (((email = lower(email)) AND ((char_length(email) >= 3) AND (char_length(email) <= 320))));
ALTER TABLE users ADD CONSTRAINT users_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 200)));
ALTER TABLE web_sessions ADD CONSTRAINT web_sessions_token_key UNIQUE (token_hash);
ALTER TABLE web_sessions ADD CONSTRAINT web_sessions_pkey PRIMARY KEY (id);
ALTER TABLE web_sessions ADD CONSTRAINT web_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE;
ALTER TABLE workspaces ADD CONSTRAINT workspaces_slug_key UNIQUE (slug);
ALTER TABLE workspaces ADD CONSTRAINT workspaces_pkey PRIMARY KEY (id);
ALTER TABLE workspaces ADD CONSTRAINT workspaces_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE SET NULL;
ALTER TABLE workspaces ADD CONSTRAINT workspaces_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));
ALTER TABLE workspaces ADD CONSTRAINT workspaces_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'::text));

-- Indexes

CREATE INDEX agent_sessions_live_idx ON public.agent_sessions USING btree (project_id) WHERE (status <> 'offline'::text);
CREATE INDEX agent_sessions_machine_idx ON public.agent_sessions USING btree (machine_id);
CREATE INDEX agent_sessions_member_idx ON public.agent_sessions USING btree (member_id);
CREATE INDEX agent_sessions_workspace_idx ON public.agent_sessions USING btree (workspace_id);
CREATE UNIQUE INDEX analyses_one_open_key ON public.analyses USING btree (project_id) WHERE (status = 'open'::text);
CREATE INDEX analyses_project_idx ON public.analyses USING btree (project_id, requested_at);
CREATE INDEX analyses_requested_by_idx ON public.analyses USING btree (requested_by);
CREATE INDEX analyses_run_idx ON public.analyses USING btree (run_id);
CREATE INDEX analyses_session_idx ON public.analyses USING btree (session_id);
CREATE INDEX analyses_workspace_idx ON public.analyses USING btree (workspace_id);
CREATE INDEX artifacts_embedder_idx ON public.artifacts USING btree (embedder);
CREATE INDEX artifacts_file_idx ON public.artifacts USING btree (project_id, path);
CREATE INDEX artifacts_search_idx ON public.artifacts USING gin (search);
CREATE INDEX changes_run_idx ON public.changes USING btree (run_id);
CREATE UNIQUE INDEX channel_messages_report_key ON public.channel_messages USING btree (team_id, run_id) WHERE ((kind = 'report'::text) AND (run_id IS NOT NULL));
CREATE INDEX channel_messages_run_idx ON public.channel_messages USING btree (run_id);
CREATE INDEX comments_task_idx ON public.comments USING btree (task_id, at);
CREATE INDEX context_files_run_idx ON public.context_files USING btree (run_id);
CREATE INDEX dispatch_cooldowns_subject_idx ON public.dispatch_cooldowns USING btree (subject_id);
CREATE INDEX events_cursor_idx ON public.events USING btree (txid, seq);
CREATE INDEX events_plan_idx ON public.events USING btree (plan_id, txid, seq);
CREATE INDEX events_project_idx ON public.events USING btree (project_id, txid, seq);
CREATE INDEX events_run_idx ON public.events USING btree (run_id, txid, seq);
CREATE INDEX events_task_idx ON public.events USING btree (task_id, txid, seq);
CREATE INDEX events_workspace_idx ON public.events USING btree (workspace_id, txid, seq);
CREATE INDEX idempotency_keys_claimed_idx ON public.idempotency_keys USING btree (claimed_at);
CREATE INDEX invites_invited_by_idx ON public.invites USING btree (invited_by);
CREATE INDEX invites_used_by_idx ON public.invites USING btree (used_by);
CREATE INDEX invites_workspace_idx ON public.invites USING btree (workspace_id, created_at);
CREATE INDEX member_skills_skill_idx ON public.member_skills USING btree (skill_id);
CREATE INDEX members_user_idx ON public.members USING btree (user_id);
CREATE INDEX merges_plan_idx ON public.merges USING btree (plan_id, at);
CREATE INDEX merges_run_idx ON public.merges USING btree (run_id);
CREATE INDEX merges_task_idx ON public.merges USING btree (task_id);
CREATE INDEX op_ids_created_idx ON public.op_ids USING btree (created_at);
CREATE INDEX pauses_project_idx ON public.pauses USING btree (project_id);
CREATE INDEX pauses_workspace_idx ON public.pauses USING btree (workspace_id);
CREATE INDEX phases_plan_idx ON public.phases USING btree (plan_id, "position");
CREATE INDEX plan_messages_plan_idx ON public.plan_messages USING btree (plan_id, seq);
CREATE INDEX plans_created_by_idx ON public.plans USING btree (created_by);
CREATE INDEX plans_open_idx ON public.plans USING btree (status) WHERE (status = ANY (ARRAY['active'::text, 'paused'::text, 'releasing'::text]));
CREATE INDEX plans_project_idx ON public.plans USING btree (project_id, created_at);
CREATE INDEX projects_created_by_idx ON public.projects USING btree (created_by);
CREATE INDEX refresh_families_user_idx ON public.refresh_families USING btree (user_id);
CREATE INDEX refresh_families_workspace_idx ON public.refresh_families USING btree (workspace_id);
CREATE INDEX reviews_run_idx ON public.reviews USING btree (run_id);
CREATE INDEX reviews_task_idx ON public.reviews USING btree (task_id, at);
CREATE INDEX run_grants_session_idx ON public.run_grants USING btree (session_id);
CREATE INDEX runs_grace_until_idx ON public.runs USING btree (grace_until) WHERE (status = 'lost'::text);
CREATE INDEX runs_lease_idx ON public.runs USING btree (lease_until) WHERE (status = ANY (ARRAY['claimed'::text, 'running'::text]));
CREATE UNIQUE INDEX runs_one_live_analysis_key ON public.runs USING btree (project_id) WHERE ((purpose = 'repo_analysis'::text) AND (status = ANY (ARRAY['dispatched'::text, 'claimed'::text, 'running'::text, 'waiting'::text])));
CREATE UNIQUE INDEX runs_one_live_key ON public.runs USING btree (task_id, stage, candidate) WHERE ((task_id IS NOT NULL) AND (status = ANY (ARRAY['dispatched'::text, 'claimed'::text, 'running'::text, 'waiting'::text])));
CREATE UNIQUE INDEX runs_one_live_merge_key ON public.runs USING btree (plan_id) WHERE ((stage = 'land'::text) AND (status = ANY (ARRAY['dispatched'::text, 'claimed'::text, 'running'::text])));
CREATE UNIQUE INDEX runs_one_live_plan_key ON public.runs USING btree (plan_id, purpose) WHERE ((task_id IS NULL) AND (status = ANY (ARRAY['dispatched'::text, 'claimed'::text, 'running'::text, 'waiting'::text])));
CREATE INDEX runs_plan_idx ON public.runs USING btree (plan_id, created_at);
CREATE INDEX runs_project_idx ON public.runs USING btree (project_id, created_at);
CREATE INDEX runs_session_live_idx ON public.runs USING btree (session_id) WHERE (status = ANY (ARRAY['dispatched'::text, 'claimed'::text, 'running'::text, 'waiting'::text, 'lost'::text]));
CREATE INDEX runs_task_idx ON public.runs USING btree (task_id, created_at);
CREATE INDEX runs_workspace_idx ON public.runs USING btree (workspace_id);
CREATE INDEX sign_in_links_user_idx ON public.sign_in_links USING btree (user_id);
CREATE INDEX task_dependencies_reverse_idx ON public.task_dependencies USING btree (depends_on);
CREATE INDEX tasks_assigned_by_idx ON public.tasks USING btree (assigned_by);
CREATE INDEX tasks_assignee_idx ON public.tasks USING btree (assignee);
CREATE INDEX tasks_dispatch_idx ON public.tasks USING btree (plan_id, (
CASE status
    WHEN 'landing'::text THEN 1
    WHEN 'in_review'::text THEN 2
    ELSE 3
END), priority DESC, level, stage_entered_at, "position", id) WHERE (status = ANY (ARRAY['queued'::text, 'in_progress'::text, 'in_review'::text, 'landing'::text]));
CREATE INDEX tasks_due_after_idx ON public.tasks USING btree (due_after) WHERE (status = ANY (ARRAY['queued'::text, 'in_progress'::text, 'in_review'::text, 'landing'::text]));
CREATE INDEX tasks_live_idx ON public.tasks USING btree (status) WHERE (status = ANY (ARRAY['queued'::text, 'in_progress'::text, 'in_review'::text, 'landing'::text]));
CREATE INDEX tasks_parent_idx ON public.tasks USING btree (parent_id);
CREATE INDEX tasks_phase_idx ON public.tasks USING btree (phase_id);
CREATE INDEX tasks_pinned_session_idx ON public.tasks USING btree (pinned_session) WHERE (status = 'queued'::text);
CREATE INDEX tasks_plan_idx ON public.tasks USING btree (plan_id, status);
CREATE INDEX team_workers_session_idx ON public.team_workers USING btree (session_id);
CREATE INDEX teams_lead_idx ON public.teams USING btree (lead_session_id);
CREATE UNIQUE INDEX teams_one_open_key ON public.teams USING btree (lead_session_id) WHERE (closed_at IS NULL);
CREATE INDEX teams_project_idx ON public.teams USING btree (project_id, created_at);
CREATE INDEX teams_workspace_idx ON public.teams USING btree (workspace_id);
CREATE INDEX web_sessions_expiry_idx ON public.web_sessions USING btree (expires_at);
CREATE INDEX web_sessions_user_idx ON public.web_sessions USING btree (user_id);
CREATE INDEX workspaces_created_by_idx ON public.workspaces USING btree (created_by);
