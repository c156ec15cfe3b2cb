// The worker's side: what `headlight worker` does. It maps the model, runs foreign code, and reports over a pipe; it never sees
// a database. The same worker serves a local child process and, one day, a rank on another machine.
#pragma once

namespace headlight {

// Reads one job from descriptor `in`, reports frames to `out`. Returns the exit code of the process.
int run_worker(int in, int out);

// Loads the plugins whose paths come from `in`, one after the other, and reports their manifests.
int describe_plugins(int in, int out);

// Shows a family prompts of one, two and three tokens and reports what comes of each. For `headlight plugin check`.
int try_short_prompts(int in, int out);

}  // namespace headlight
