#include "core/host/worker_process.hpp"

#include <poll.h>
#include <sys/prctl.h>

#include <csignal>

namespace headlight {

bool bind_to_parent(int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);
  pollfd end{out, 0, 0};
  return ::poll(&end, 1, 0) == 0 || !(end.revents & (POLLERR | POLLNVAL));  // nobody reads what is written there
}

void limit_memory(rlim_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit both{bytes, bytes};
  ::setrlimit(RLIMIT_DATA, &both);
#else
  (void)bytes;
#endif
}

}  // namespace headlight
