-- What the commits of tasks change, as the machines that made them handed it in: the studio has no repository.

CREATE TABLE changes (
  id         uuid PRIMARY KEY,
  task_id    uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
  run_id     uuid REFERENCES runs ON DELETE SET NULL,
  head       text NOT NULL,
  base       text NOT NULL,
  -- Of the whole change, also where not all of its files are named.
  files      integer NOT NULL,
  added      integer NOT NULL,
  removed    integer NOT NULL,
  -- Messages that it comes in.
  parts      integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT changes_head_key UNIQUE (task_id, head)
);
CREATE INDEX changes_run_idx ON changes (run_id);

CREATE TABLE change_parts (
  change_id uuid NOT NULL REFERENCES changes ON DELETE CASCADE,
  part      integer NOT NULL,
  files     jsonb NOT NULL,
  PRIMARY KEY (change_id, part)
);
