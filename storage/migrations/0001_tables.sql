-- What scans find. Numbers carry their unit in the comment of their column; NULL means not measured or not known.
-- Times are UTC, ISO 8601 with milliseconds. Hashes are 32 hexadecimal digits (XXH3).

-- Which changes of the schema this file has seen; each stands here since the transaction that made it.
CREATE TABLE migration (
  number INTEGER PRIMARY KEY,         -- 1, 2, ... without gaps; the last one is also SQLite's user_version
  name TEXT NOT NULL,                 -- of the file in storage/migrations
  applied_at TEXT NOT NULL            -- time
) STRICT;

-- One model: one content of weights.
CREATE TABLE model (
  id INTEGER PRIMARY KEY,             -- of this catalogue only
  fingerprint TEXT NOT NULL UNIQUE,   -- hash of the weights
  name TEXT NOT NULL UNIQUE,          -- what people call it; "name@12345678" when another model had the name first
  path TEXT NOT NULL,                 -- folder it was last scanned from
  architecture TEXT NOT NULL,         -- "llama", as its config.json says
  tokenizer_hash TEXT,                -- hash of the tokenizer; NULL without one
  dtype TEXT NOT NULL,                -- number format of most weights: "bf16"
  n_layers INTEGER NOT NULL,          -- count
  n_heads INTEGER NOT NULL,           -- query heads in a layer, count
  n_kv_heads INTEGER NOT NULL,        -- key-value heads in a layer, count
  d_model INTEGER NOT NULL,           -- width of the residual stream, numbers
  d_head INTEGER NOT NULL,            -- width of a head, numbers
  vocab_size INTEGER NOT NULL,        -- tokens
  n_ctx INTEGER,                      -- longest prompt, tokens; NULL when positions have no end
  n_parameters INTEGER NOT NULL,      -- count
  added_at TEXT NOT NULL,             -- time of the first scan
  seen_at TEXT NOT NULL               -- time of the last scan
) STRICT;

-- One build of a family or method that a scan has used.
CREATE TABLE plugin (
  kind TEXT NOT NULL CHECK (kind IN ('family', 'method')),  -- 'family' or 'method'
  id TEXT NOT NULL,                   -- "induction"
  version TEXT NOT NULL,              -- semantic version; changes whenever results change
  build_id TEXT NOT NULL,             -- hash of the shared library
  manifest TEXT NOT NULL,  -- JSON: the whole manifest
  seen_at TEXT NOT NULL,              -- time of the last scan that used it
  PRIMARY KEY (kind, id, version, build_id)
) STRICT, WITHOUT ROWID;

-- One wording of a task.
CREATE TABLE task (
  content_hash TEXT PRIMARY KEY,      -- hash of the definition
  id TEXT NOT NULL,                   -- "ioi"; several contents may share it
  title TEXT NOT NULL,                -- for people
  summary TEXT NOT NULL,              -- one sentence
  definition TEXT NOT NULL,  -- JSON: the whole task
  seen_at TEXT NOT NULL               -- time of the last scan that used it
) STRICT, WITHOUT ROWID;

-- A list of prompts, shared by the models that see the same tokens.
CREATE TABLE prompt_set (
  id INTEGER PRIMARY KEY,             -- of this catalogue only
  content_hash TEXT NOT NULL UNIQUE   -- hash of all prompts in it
) STRICT;

-- One prompt as one tokenizer sees it.
CREATE TABLE prompt (
  prompt_set INTEGER NOT NULL REFERENCES prompt_set (id),  -- its list
  "index" INTEGER NOT NULL,           -- place in the list, from 0
  reported INTEGER NOT NULL CHECK (reported IN (0, 1)),  -- 0: of the half that selects heads; 1: of the half that is reported
  tokens TEXT NOT NULL,               -- JSON [token]: as text
  token_ids TEXT NOT NULL,            -- JSON [token]: as ids
  roles TEXT NOT NULL,                -- JSON {"io": [3, 4]}: named token spans, end exclusive
  answer TEXT,                        -- the right answer; NULL when the task has none
  PRIMARY KEY (prompt_set, "index")
) STRICT, WITHOUT ROWID;

-- Which prompts a model sees of a task.
CREATE TABLE model_prompts (
  id INTEGER PRIMARY KEY,             -- grows with time
  model INTEGER NOT NULL REFERENCES model (id),  -- who
  task_hash TEXT NOT NULL REFERENCES task (content_hash),  -- of what
  seed INTEGER NOT NULL,              -- of the random choices
  n_prompts INTEGER NOT NULL,         -- prompts asked for, count
  prompt_set INTEGER NOT NULL REFERENCES prompt_set (id),  -- the list
  UNIQUE (model, task_hash, seed, n_prompts)
) STRICT;

-- One computation: everything that its numbers depend on, and how it went. The same key is the same run.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,             -- of this catalogue only
  hash TEXT NOT NULL UNIQUE,          -- hash of the key: the run's name
  model INTEGER NOT NULL REFERENCES model (id),  -- key: of which model
  tokenizer TEXT NOT NULL,            -- key: hash of the tokenizer; '' without one
  family TEXT,                        -- key: NULL when the method does not depend on a family
  family_version TEXT,                -- key: semantic version
  family_build TEXT,                  -- key: hash of the shared library
  method TEXT NOT NULL,               -- key: "zero-ablation"
  method_version TEXT NOT NULL,       -- key: semantic version
  method_build TEXT NOT NULL,         -- key: hash of the shared library
  task TEXT NOT NULL,                 -- key: "ioi"
  task_hash TEXT NOT NULL REFERENCES task (content_hash),  -- key: which wording of it
  parameters TEXT NOT NULL,  -- key: JSON, of family and method
  seed INTEGER NOT NULL,              -- key: of the random choices
  n_prompts INTEGER NOT NULL,         -- key: prompts asked for, count
  engine_version TEXT NOT NULL,       -- key: of the program's arithmetic
  status TEXT NOT NULL,               -- 'running', 'done', 'failed' or 'interrupted'
  started_at TEXT NOT NULL,           -- time of the first start
  updated_at TEXT NOT NULL,           -- time of the last sign of life: a running run whose time is old has been killed
  ended_at TEXT,                      -- time of the end; NULL while running
  seconds REAL,                       -- of computing; NULL until done
  error_code TEXT,                    -- 'out_of_memory'; NULL unless it failed
  error_message TEXT,                 -- one sentence; NULL unless it failed
  measurable INTEGER CHECK (measurable IN (0, 1)),  -- 0: the model does not solve the task, so nothing can be said; NULL until done
  why_not TEXT,                       -- one sentence; NULL when measurable
  metric TEXT,                        -- name of the task's metric; NULL until done
  metric_unit TEXT,                   -- "logits"; NULL until done
  clean_metric REAL,                  -- mean over the unedited prompts, metric_unit
  accuracy REAL,                      -- share of right answers, 0 to 1; NULL where the task has no answers
  accuracy_error REAL,                -- standard error of the accuracy
  chance REAL                         -- accuracy of guessing, 0 to 1
) STRICT;
CREATE INDEX run_by_model ON run (model, status);
CREATE INDEX run_by_start ON run (started_at);

-- The task's metric on one unedited prompt.
CREATE TABLE outcome (
  run INTEGER NOT NULL REFERENCES run (id),  -- by which run
  prompt INTEGER NOT NULL,            -- place in the run's prompts, from 0
  metric REAL,                        -- the run's metric_unit; NULL: not a number
  accuracy REAL,                      -- share of the prompt's answers that are right, 0 to 1; NULL where the task has none
  PRIMARY KEY (run, prompt)
) STRICT, WITHOUT ROWID;

-- What a run says of each head. Output 0 is the score.
CREATE TABLE output (
  run INTEGER NOT NULL REFERENCES run (id),  -- of which run
  "index" INTEGER NOT NULL,           -- place in the plugin's manifest, from 0
  name TEXT NOT NULL,                 -- "prefix-matching"
  unit TEXT NOT NULL,                 -- of its numbers
  doc TEXT NOT NULL,                  -- one sentence
  threshold REAL,                     -- in the unit: from here on a head counts; NULL without one
  threshold_source TEXT,              -- where the threshold comes from; NULL without one
  PRIMARY KEY (run, "index")
) STRICT, WITHOUT ROWID;

-- Numbers of a run that is not done, as they were committed. Emptied when it is.
CREATE TABLE cell (
  run INTEGER NOT NULL REFERENCES run (id),  -- of which run
  part INTEGER NOT NULL,              -- 0: the value; 1: the value under the null
  output INTEGER NOT NULL,            -- index into output
  layer INTEGER NOT NULL,             -- from 0
  head INTEGER NOT NULL,              -- query head in the layer, from 0
  replicate INTEGER NOT NULL,         -- of the null: which shuffle, which random model; from 0
  prompt INTEGER NOT NULL,            -- place in the run's prompts, from 0
  value REAL,                         -- the output's unit; NULL: not a number
  PRIMARY KEY (run, part, output, layer, head, replicate, prompt)
) STRICT, WITHOUT ROWID;

-- What a run found of one head and output.
CREATE TABLE head_result (
  run INTEGER NOT NULL,               -- of which run
  output INTEGER NOT NULL,            -- index into output
  layer INTEGER NOT NULL,             -- from 0
  head INTEGER NOT NULL,              -- query head in the layer, from 0
  n INTEGER NOT NULL,                 -- prompts reported, count
  score REAL,                         -- mean over the reported prompts, the output's unit
  ci_low REAL,                        -- 95 % bootstrap interval over the reported prompts, the output's unit
  ci_high REAL,                       -- its other end
  null_mean REAL,                     -- mean under the null, the output's unit
  p REAL,                             -- probability under the null, 0 to 1
  q REAL,                             -- false-discovery rate over all heads of the run, 0 to 1
  selection_score REAL,               -- mean over the selecting prompts, the output's unit
  present INTEGER NOT NULL CHECK (present IN (0, 1)),  -- 1: selected on one half of the prompts and confirmed on the other
  PRIMARY KEY (run, output, layer, head),
  FOREIGN KEY (run, output) REFERENCES output (run, "index")
) STRICT, WITHOUT ROWID;

-- The numbers behind a head_result, apart from it so that lists of heads stay small.
CREATE TABLE head_values (
  run INTEGER NOT NULL,               -- as in head_result
  output INTEGER NOT NULL,            -- as in head_result
  layer INTEGER NOT NULL,             -- as in head_result
  head INTEGER NOT NULL,              -- as in head_result
  "values" BLOB NOT NULL,             -- [prompt] little-endian float32, the output's unit, NaN where not measured
  null_values BLOB,                   -- [prompt] little-endian float32, mean over the replicates of the null; NULL without one
  PRIMARY KEY (run, output, layer, head),
  FOREIGN KEY (run, output, layer, head) REFERENCES head_result (run, output, layer, head)
) STRICT;

-- Which run answers what is asked: whether this model has heads of this family, by this method, on this task.
CREATE TABLE detector (
  id INTEGER PRIMARY KEY,             -- of this catalogue only
  model INTEGER NOT NULL REFERENCES model (id),  -- of which model
  family TEXT NOT NULL,               -- "induction"
  method TEXT NOT NULL,               -- "zero-ablation"
  task TEXT NOT NULL,                 -- "ioi"
  run INTEGER NOT NULL REFERENCES run (id),  -- the newest run; one without a family answers for several families
  measures_family INTEGER NOT NULL CHECK (measures_family IN (0, 1)),  -- 1: its numbers are the family's statistic; 0: effects of editing the head
  UNIQUE (model, family, method, task)
) STRICT;
CREATE INDEX detector_by_run ON detector (run);

-- The words for what statistic and effect say together.
CREATE TABLE verdict (
  id INTEGER PRIMARY KEY,             -- stored in databases: append only
  word TEXT NOT NULL UNIQUE,          -- for people and programs
  meaning TEXT NOT NULL               -- one sentence
) STRICT;
INSERT INTO verdict VALUES
  (1, 'confirmed', 'the statistic is over its threshold and a causal effect is beyond the controls'),
  (2, 'correlational', 'the statistic only'),
  (3, 'causal', 'a causal effect only'),
  (4, 'absent', 'neither'),
  (5, 'not measurable', 'the model does not solve the task, so nothing can be said');

-- Every head of every detector whose run is done; derived from the tables above and kept right by the writer.
CREATE TABLE detector_head (
  detector INTEGER NOT NULL REFERENCES detector (id),  -- of which detector
  layer INTEGER NOT NULL,             -- from 0
  head INTEGER NOT NULL,              -- query head in the layer, from 0
  verdict INTEGER NOT NULL REFERENCES verdict (id),  -- of the head for (model, family, task): the same for all methods
  score REAL,                         -- copy of head_result.score of output 0, its unit
  PRIMARY KEY (detector, layer, head)
) STRICT, WITHOUT ROWID;
CREATE INDEX detector_head_by_score ON detector_head (detector, verdict, score DESC);

-- detector_head in numbers; kept right by the writer.
CREATE TABLE detector_summary (
  detector INTEGER NOT NULL REFERENCES detector (id),  -- of which detector
  verdict INTEGER NOT NULL REFERENCES verdict (id),  -- of these heads
  n_heads INTEGER NOT NULL,           -- heads with this verdict, count
  n_scored INTEGER NOT NULL,          -- of these, heads with a score, count
  min_score REAL,                     -- smallest score, the output's unit; NULL without one
  max_score REAL,                     -- largest score, the output's unit; NULL without one
  PRIMARY KEY (detector, verdict)
) STRICT, WITHOUT ROWID;

-- Numbers inside the forward pass, for showing; shared by the runs that need the same ones.
CREATE TABLE activation_set (
  id INTEGER PRIMARY KEY,             -- grows with time
  model INTEGER NOT NULL REFERENCES model (id),  -- of which model
  task_hash TEXT NOT NULL REFERENCES task (content_hash),  -- on the prompts of this task
  seed INTEGER NOT NULL,              -- of the random choices
  n_prompts INTEGER NOT NULL,         -- prompts asked for, count
  added_at TEXT NOT NULL,             -- time of writing
  UNIQUE (model, task_hash, seed, n_prompts)
) STRICT;

-- One chunk: a site of a layer on a prompt.
CREATE TABLE activation (
  activation_set INTEGER NOT NULL REFERENCES activation_set (id) ON DELETE CASCADE,  -- of which set
  prompt INTEGER NOT NULL,            -- place in the set's prompts, from 0
  layer INTEGER NOT NULL,             -- from 0
  site TEXT NOT NULL,                 -- "blocks.3.attn.hook_pattern"
  shape TEXT NOT NULL,                -- JSON [head, query, key]
  encoding TEXT NOT NULL,             -- 'f32', or 'f16-triangle': float16, keys up to the query only
  content BLOB NOT NULL,              -- little-endian numbers, row-major; the site's unit
  UNIQUE (activation_set, prompt, layer, site)
) STRICT;

-- One row. Grows with every change of what the catalogue shows, so that a reader knows when to look again.
CREATE TABLE change (
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- 1
  n INTEGER NOT NULL                  -- changes so far, count
) STRICT;
INSERT INTO change VALUES (1, 0);
