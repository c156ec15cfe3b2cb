#include "core/tasks/prompt.hpp"

namespace headlight {

std::string_view to_string(MetricKind kind) {
  switch (kind) {
    case MetricKind::logit_difference: return "logit_difference";
    case MetricKind::log_prob: return "log_prob";
    case MetricKind::probability: return "probability";
    case MetricKind::rank: return "rank";
    case MetricKind::accuracy: return "accuracy";
    case MetricKind::kl: return "kl";
  }
  return "log_prob";
}

}  // namespace headlight
