-- What people ask, for any SQLite client. A view's columns are those of its tables unless a comment says more.

-- One row per head and detector, of the detector's first output: what `headlight heads` prints.
CREATE VIEW heads AS
SELECT
  model.name AS model,                                        -- its name
  'L' || found.layer || 'H' || found.head AS head,            -- "L5H1"
  found.layer AS layer,                                       -- from 0
  found.head AS "index",                                      -- query head in the layer, from 0
  detector.family AS family,                                  -- what is looked for
  detector.method AS method,                                  -- how
  detector.task AS task,                                      -- on what
  found.score AS score,                                       -- mean over the reported prompts, the output's unit
  result.ci_low AS ci_low,                                    -- 95 % bootstrap interval over the reported prompts
  result.ci_high AS ci_high,                                  -- its other end
  result.null_mean AS null_mean,                              -- mean under the null, the output's unit
  result.q AS q,                                              -- false-discovery rate over all heads of the run, 0 to 1
  result.n AS n,                                              -- prompts reported, count
  output.threshold AS threshold,                              -- the output's unit
  verdict.word AS verdict,                                    -- of the head for (model, family, task)
  run.hash AS run                                             -- name of the run
FROM detector_head AS found
JOIN detector ON detector.id = found.detector
JOIN model ON model.id = detector.model
JOIN run ON run.id = detector.run
JOIN verdict ON verdict.id = found.verdict
LEFT JOIN output ON output.run = run.id AND output."index" = 0
LEFT JOIN head_result AS result
  ON result.run = run.id AND result.output = 0 AND result.layer = found.layer AND result.head = found.head;

-- The same for the other outputs of each detector.
CREATE VIEW head_outputs AS
SELECT
  model.name AS model,                                        -- its name
  'L' || result.layer || 'H' || result.head AS head,          -- "L5H1"
  result.layer AS layer,                                      -- from 0
  result.head AS "index",                                     -- query head in the layer, from 0
  detector.family AS family,                                  -- what is looked for
  detector.method AS method,                                  -- how
  detector.task AS task,                                      -- on what
  output.name AS output,                                      -- which number of the method
  output.unit AS unit,                                        -- of the number
  result.score AS score,                                      -- mean over the reported prompts, in the unit
  result.ci_low AS ci_low,                                    -- 95 % bootstrap interval over the reported prompts
  result.ci_high AS ci_high,                                  -- its other end
  result.null_mean AS null_mean,                              -- mean under the null, in the unit
  result.q AS q,                                              -- false-discovery rate over all heads of the run, 0 to 1
  result.n AS n,                                              -- prompts reported, count
  output.threshold AS threshold,                              -- in the unit
  verdict.word AS verdict,                                    -- of the head for (model, family, task)
  run.hash AS run                                             -- name of the run
FROM detector_head AS found
JOIN detector ON detector.id = found.detector
JOIN model ON model.id = detector.model
JOIN run ON run.id = detector.run
JOIN verdict ON verdict.id = found.verdict
JOIN head_result AS result
  ON result.run = run.id AND result.output > 0 AND result.layer = found.layer AND result.head = found.head
JOIN output ON output.run = run.id AND output."index" = result.output;

-- The family's statistic and each causal method's effect side by side. Without a statistic or an effect its columns are NULL.
CREATE VIEW evidence AS
WITH pair (shown, statistic, effect) AS (
  SELECT s.id, s.id, e.id
  FROM detector AS s
  LEFT JOIN detector AS e ON e.model = s.model AND e.family = s.family AND e.task = s.task AND e.measures_family = 0
    AND EXISTS (SELECT 1 FROM detector_summary WHERE detector = e.id)
  WHERE s.measures_family = 1 AND EXISTS (SELECT 1 FROM detector_summary WHERE detector = s.id)
  UNION ALL
  SELECT e.id, NULL, e.id
  FROM detector AS e
  WHERE e.measures_family = 0 AND NOT EXISTS (
    SELECT 1 FROM detector AS s JOIN detector_summary ON detector_summary.detector = s.id
    WHERE s.model = e.model AND s.family = e.family AND s.task = e.task AND s.measures_family = 1)
)
SELECT
  model.name AS model,                                        -- its name
  shown.family AS family,                                     -- what is looked for
  shown.task AS task,                                         -- on what
  'L' || found.layer || 'H' || found.head AS head,            -- "L5H1"
  found.layer AS layer,                                       -- from 0
  found.head AS "index",                                      -- query head in the layer, from 0
  verdict.word AS verdict,                                    -- of the head for (model, family, task)
  s.method AS statistic_method,                               -- how the statistic was taken
  sr.score AS statistic,                                      -- mean over the reported prompts, the output's unit
  sr.ci_low AS statistic_ci_low,                              -- 95 % bootstrap interval
  sr.ci_high AS statistic_ci_high,                            -- its other end
  sr.null_mean AS statistic_null_mean,                        -- mean under the null
  sr.q AS statistic_q,                                        -- false-discovery rate, 0 to 1
  sr.present AS statistic_present,                            -- 1: over its threshold and beyond its null
  e.method AS effect_method,                                  -- how the effect was measured
  er.score AS effect,                                         -- mean over the reported prompts, the output's unit
  er.ci_low AS effect_ci_low,                                 -- 95 % bootstrap interval
  er.ci_high AS effect_ci_high,                               -- its other end
  er.null_mean AS effect_null_mean,                           -- mean under the null
  er.q AS effect_q,                                           -- false-discovery rate, 0 to 1
  er.present AS effect_present,                               -- 1: beyond the controls
  (SELECT hash FROM run WHERE id = s.run) AS statistic_run,   -- name of the run
  (SELECT hash FROM run WHERE id = e.run) AS effect_run       -- name of the run
FROM pair
JOIN detector AS shown ON shown.id = pair.shown
JOIN model ON model.id = shown.model
JOIN detector_head AS found ON found.detector = pair.shown
JOIN verdict ON verdict.id = found.verdict
LEFT JOIN detector AS s ON s.id = pair.statistic
LEFT JOIN head_result AS sr ON sr.run = s.run AND sr.output = 0 AND sr.layer = found.layer AND sr.head = found.head
LEFT JOIN detector AS e ON e.id = pair.effect
LEFT JOIN head_result AS er ON er.run = e.run AND er.output = 0 AND er.layer = found.layer AND er.head = found.head;

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
  run.error_message AS error_message                          -- NULL unless it failed
FROM run
JOIN model ON model.id = run.model;

-- Every model with how much is known of it.
CREATE VIEW models AS
SELECT
  model.name AS model,                                        -- its name
  model.architecture AS architecture,                         -- "llama"
  model.n_layers AS n_layers,                                 -- count
  model.n_heads AS n_heads,                                   -- query heads in a layer, count
  model.n_kv_heads AS n_kv_heads,                             -- key-value heads in a layer, count
  model.d_model AS d_model,                                   -- numbers
  model.d_head AS d_head,                                     -- numbers
  model.vocab_size AS vocab_size,                             -- tokens
  model.n_ctx AS n_ctx,                                       -- tokens; NULL when positions have no end
  model.n_parameters AS n_parameters,                         -- count
  model.dtype AS dtype,                                       -- of most weights
  model.fingerprint AS fingerprint,                           -- hash of the weights
  model.path AS path,                                         -- folder it was last scanned from
  model.added_at AS added_at,                                 -- time of the first scan
  model.seen_at AS seen_at,                                   -- time of the last scan
  (SELECT count(*) FROM run WHERE run.model = model.id AND run.status = 'done') AS n_runs_done,  -- count
  (SELECT count(*) FROM run WHERE run.model = model.id AND run.status <> 'done') AS n_runs_open,  -- not done, count
  (SELECT count(*) FROM detector WHERE detector.model = model.id) AS n_detectors  -- count
FROM model;
