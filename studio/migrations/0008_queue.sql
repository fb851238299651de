-- A look at the queue reads the head of each plan, in the plan's own order, and not all that waits.
CREATE INDEX tasks_dispatch_idx ON tasks
  (plan_id, (CASE status WHEN 'landing' THEN 1 WHEN 'in_review' THEN 2 ELSE 3 END), priority DESC, level, stage_entered_at, position, id)
  WHERE status IN ('queued', 'in_progress', 'in_review', 'landing');
-- When the next rest and the next grace end.
CREATE INDEX tasks_due_after_idx ON tasks (due_after) WHERE status IN ('queued', 'in_progress', 'in_review', 'landing');
CREATE INDEX runs_grace_until_idx ON runs (grace_until) WHERE status = 'lost';
