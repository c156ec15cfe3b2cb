-- What a run took of the model, and what the filters of a task left.

ALTER TABLE run ADD COLUMN forwards INTEGER;         -- prompts through the model that its family watched, its null's included, since it was last taken up; NULL for methods that edit
ALTER TABLE run ADD COLUMN forwards_shared INTEGER;  -- of these, those that other families watched too, count
ALTER TABLE run ADD COLUMN rows INTEGER;             -- tokens times layers that its edits had computed, since it was last taken up, count; NULL for methods that do not edit
ALTER TABLE run ADD COLUMN rows_full INTEGER;        -- what whole forwards of all its edits would have been, tokens times layers

ALTER TABLE model_prompts ADD COLUMN n_tried INTEGER;  -- texts drawn before the filters, count; NULL from older programs
ALTER TABLE model_prompts ADD COLUMN notes TEXT;       -- JSON ["12 of 60 prompts dropped: ..."]: what the filters took, and why; NULL from older programs

DROP VIEW runs;

-- Every run with what it depends on and how it went.
CREATE VIEW runs AS
SELECT
  run.hash AS run,                                            -- its name
  model.name AS model,                                        -- of which model
  run.family AS family,                                       -- NULL when the method does not depend on a family
  run.method AS method,                                       -- how
  run.task AS task,                                           -- on what
  run.status AS status,                                       -- 'running', 'done', 'failed' or 'interrupted'
  run.started_at AS started_at,                               -- time of the first start
  run.updated_at AS updated_at,                               -- time of the last sign of life
  run.ended_at AS ended_at,                                   -- time of the end
  run.seconds AS seconds,                                     -- of computing
  run.measurable AS measurable,                               -- 0: nothing can be said
  run.why_not AS why_not,                                     -- one sentence
  run.metric AS metric,                                       -- name of the task's metric
  run.metric_unit AS metric_unit,                             -- "logits"
  run.clean_metric AS clean_metric,                           -- mean over the unedited prompts, metric_unit
  run.accuracy AS accuracy,                                   -- share of right answers, 0 to 1
  run.accuracy_error AS accuracy_error,                       -- standard error
  run.chance AS chance,                                       -- accuracy of guessing, 0 to 1
  run.n_prompts AS n_prompts,                                 -- prompts asked for, count
  run.seed AS seed,                                           -- of the random choices
  run.parameters AS parameters,                               -- JSON, of family and method
  run.family_version AS family_version,                       -- semantic version
  run.method_version AS method_version,                       -- semantic version
  run.engine_version AS engine_version,                       -- of the program's arithmetic
  run.error_code AS error_code,                               -- NULL unless it failed
  run.error_message AS error_message,                         -- NULL unless it failed
  run.forwards AS forwards,                                   -- prompts through the model that its family watched, count
  run.forwards_shared AS forwards_shared,                     -- of these, those that other families watched too, count
  run.rows AS rows,                                           -- tokens times layers that its edits had computed, count
  run.rows_full AS rows_full,                                 -- what whole forwards of all its edits would have been, tokens times layers
  made.n_tried AS n_tried,                                    -- texts drawn before the task's filters, count
  (SELECT count(*) FROM prompt WHERE prompt.prompt_set = made.prompt_set) AS n_kept,  -- prompts that passed them, count
  made.notes AS prompt_notes                                  -- JSON: what the filters took, and why
FROM run
JOIN model ON model.id = run.model
LEFT JOIN model_prompts AS made
  ON made.model = run.model AND made.task_hash = run.task_hash AND made.seed = run.seed AND made.n_prompts = run.n_prompts;
