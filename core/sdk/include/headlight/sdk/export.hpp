// From classes to the functions and the constant of the boundary.
#pragma once

#include <headlight/sdk/family.hpp>
#include <headlight/sdk/method.hpp>

namespace headlight::sdk {

namespace detail {

struct OpenFamily {
  const headlight_host* host;
  Family* family;
};

template <typename Class>
constexpr headlight_family family_functions() {
  return {.size = sizeof(headlight_family),
          .open = [](const headlight_host* host, void** state) {
            return guarded(host, [&] { *state = new OpenFamily{host, new Class(host)}; });
          },
          .begin_prompt = [](void* state, const headlight_prompt* prompt) {
            auto& open = *static_cast<OpenFamily*>(state);
            return guarded(open.host, [&] { open.family->begin(Prompt(*prompt)); });
          },
          .observe = [](void* state, const headlight_capture* capture) {
            auto& open = *static_cast<OpenFamily*>(state);
            return guarded(open.host, [&] { open.family->observe(Capture(*capture)); });
          },
          .end_prompt = [](void* state) {
            auto& open = *static_cast<OpenFamily*>(state);
            return guarded(open.host, [&] { open.family->end(); });
          },
          .close = [](void* state) {
            auto* open = static_cast<OpenFamily*>(state);
            delete open->family;
            delete open;
          }};
}

template <typename Class>
constexpr headlight_method method_functions() {
  return {.size = sizeof(headlight_method), .run = [](const headlight_host* host, const headlight_session* session) {
            return guarded(host, [&] {
              Class method;
              method.run(Session(host, session));
            });
          }};
}

}  // namespace detail
}  // namespace headlight::sdk

// At the end of a plugin's file. MANIFEST is a constexpr headlight_manifest.
#define HEADLIGHT_EXPORT_FAMILY(CLASS, MANIFEST)                                                                          \
  static constexpr headlight_family kHeadlightFamily = headlight::sdk::detail::family_functions<CLASS>();                 \
  extern "C" HEADLIGHT_EXPORT constexpr headlight_plugin headlight_plugin_v1 = {sizeof(headlight_plugin),                 \
                                                                                HEADLIGHT_ABI_MINOR, &MANIFEST, &kHeadlightFamily, nullptr};
#define HEADLIGHT_EXPORT_METHOD(CLASS, MANIFEST)                                                                          \
  static constexpr headlight_method kHeadlightMethod = headlight::sdk::detail::method_functions<CLASS>();                 \
  extern "C" HEADLIGHT_EXPORT constexpr headlight_plugin headlight_plugin_v1 = {sizeof(headlight_plugin),                 \
                                                                                HEADLIGHT_ABI_MINOR, &MANIFEST, nullptr, &kHeadlightMethod};
