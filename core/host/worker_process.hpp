// What every worker process does first.
#pragma once

#include <sys/resource.h>

namespace headlight {

// The parent's death ends the worker too; it alone decides what an interrupt means. False when the parent is gone already.
bool bind_to_parent(int out);

// Of the process' own pages: mapped weights do not count. Sanitizers need more than that, so with them there is no limit.
void limit_memory(rlim_t bytes);

}  // namespace headlight
