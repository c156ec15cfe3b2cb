// Where things have their pages.
#pragma once

#include <string>

#include "web/target.hpp"

namespace headlight {

inline std::string model_url(const std::string& model) { return "/models/" + path_escaped(model); }
inline std::string head_url(const std::string& model, const std::string& head) { return model_url(model) + "/heads/" + head; }
inline std::string detector_url(const std::string& model, const std::string& family, const std::string& method,
                                const std::string& task) {
  return model_url(model) + "/detectors/" + query_escaped(family) + "/" + query_escaped(method) + "/" + query_escaped(task);
}
inline std::string prompts_url(const std::string& model, const std::string& task) {
  return url_with(model_url(model) + "/prompts", {{"task", task}});
}
inline std::string overlap_url(const std::string& model) { return model_url(model) + "/overlap"; }
inline std::string references_url(const std::string& model) { return model_url(model) + "/references"; }
inline std::string family_url(const std::string& family) { return "/families/" + query_escaped(family); }
inline std::string method_url(const std::string& method) { return "/methods/" + query_escaped(method); }
inline std::string task_url(const std::string& task) { return "/tasks/" + query_escaped(task); }
inline std::string run_url(const std::string& run) { return "/runs/" + run; }

}  // namespace headlight
