#include "tests/plugins/family_by_hand.hpp"

#include <algorithm>
#include <limits>

#include "core/host/plugin_host.hpp"
#include "core/host/plugin_library.hpp"
#include "tests/scan/trial_scan.hpp"

namespace headlight::testing_support {
namespace {

// One tile as the boundary has it. The copy ends where the tile ends, so that the sanitizers see every step beyond.
std::vector<float> tile_values(SiteKind kind, const std::vector<std::vector<std::vector<float>>>& heads, int begin, int end,
                               int n_keys) {
  std::vector<float> values;
  if (is_attention_matrix(kind)) {
    for (const auto& rows : heads)
      for (int query = begin; query < end; ++query) {
        std::vector<float> row = rows.at(static_cast<size_t>(query));
        row.resize(static_cast<size_t>(n_keys), 0.0f);
        values.insert(values.end(), row.begin(), row.end());
      }
  } else {
    for (int position = begin; position < end; ++position)
      for (const auto& rows : heads)
        values.insert(values.end(), rows.at(static_cast<size_t>(position)).begin(), rows.at(static_cast<size_t>(position)).end());
  }
  values.shrink_to_fit();
  return values;
}

int n_given_of(const PromptByHand& hand) { return hand.n_given < 0 ? static_cast<int>(hand.tokens.size()) : hand.n_given; }

Prompt prompt_of(const PromptByHand& hand) {
  Prompt prompt;
  prompt.tokens.assign(hand.tokens.begin(), hand.tokens.end());
  prompt.roles = hand.roles;
  prompt.pieces = hand.pieces;
  prompt.words = hand.words;
  prompt.arcs = hand.arcs;
  if (!hand.answers.empty()) prompt.questions = {{.position = n_given_of(hand) - 1, .answers = hand.answers, .wrong = hand.wrong}};
  return prompt;
}

class OpenFamily {
 public:
  OpenFamily(const LoadedPlugin& plugin, const HandHeads& heads, const PromptSet& set)
      : plugin_(plugin), functions_(*plugin.plugin->family), n_cells_(static_cast<size_t>(heads.n_layers * heads.n_heads)),
        host_(model_of(heads), false, defaults(plugin.info),
              [this](uint32_t output, const double* values, const uint8_t* present) { keep(output, values, present); }),
        prompts_(set) {
    host_.offer(prompts_.all());
    if (heads.circuits) {
      circuits_ = heads.circuits->raw();
      host_.offer(&circuits_);
    }
    host_.check(functions_.open(host_.raw(), &state_), "open");
  }
  ~OpenFamily() { functions_.close(state_); }
  OpenFamily(const OpenFamily&) = delete;

  HandGrids observe(const PromptByHand& hand, const Tiles& tiles, TileKeys tile_keys) {
    grids_.assign(plugin_.info.outputs.size(), std::vector<double>(n_cells_, std::numeric_limits<double>::quiet_NaN()));
    const Prompt prompt = prompt_of(hand);
    const RawPrompt raw(prompt, 0, n_given_of(hand));
    host_.check(functions_.begin_prompt(state_, raw.raw()), "begin");
    const int n_tokens = static_cast<int>(hand.tokens.size());
    int n_layers = 0;
    for (const auto& [kind, layers] : hand.sites) n_layers = std::max(n_layers, static_cast<int>(layers.size()));
    for (int layer = 0; layer < n_layers; ++layer)
      for (const auto& [kind, layers] : hand.sites) {
        if (std::find(plugin_.info.sites.begin(), plugin_.info.sites.end(), kind) == plugin_.info.sites.end()) continue;  // not asked for
        int begin = 0;
        for (const int end : tiles.empty() ? Tiles{n_tokens} : tiles) {
          const int n_keys = tile_keys == TileKeys::whole_prompt ? n_tokens : end;
          const auto& heads = layers.at(static_cast<size_t>(layer));
          const auto values = tile_values(kind, heads, begin, end, n_keys);
          const headlight_capture capture{.size = sizeof(headlight_capture),
                                          .site = static_cast<headlight_site>(kind),
                                          .layer = layer,
                                          .query_begin = begin,
                                          .n_queries = end - begin,
                                          .n_heads = static_cast<int32_t>(heads.size()),
                                          .n_keys = is_attention_matrix(kind) ? n_keys : 0,
                                          .width = is_attention_matrix(kind) ? 0 : static_cast<int32_t>(heads[0][0].size()),
                                          .values = values.data()};
          host_.check(functions_.observe(state_, &capture), "observe");
          begin = end;
        }
      }
    host_.check(functions_.end_prompt(state_), "end");
    return grids_;
  }

 private:
  static std::vector<double> defaults(const PluginInfo& info) {
    std::vector<double> values;
    for (const PluginParameter& parameter : info.parameters) values.push_back(parameter.default_value);
    return values;
  }
  static ModelDescription model_of(const HandHeads& heads) {
    ModelDescription model;
    model.n_layers = heads.n_layers;
    model.attention.n_heads = heads.n_heads;
    model.attention.n_kv_heads = heads.n_kv_heads;
    if (heads.circuits) model.d_model = model.attention.d_head = model.vocab_size = heads.circuits->width();
    return model;
  }
  void keep(uint32_t output, const double* values, const uint8_t* present) {
    for (size_t i = 0; i < n_cells_; ++i)
      if (!present || present[i]) grids_.at(output)[i] = values[i];
  }

  const LoadedPlugin& plugin_;
  const headlight_family& functions_;
  size_t n_cells_;
  PluginHost host_;
  RawPrompts prompts_;
  headlight_circuits circuits_{};
  HandGrids grids_;
  void* state_ = nullptr;
};

}  // namespace

std::vector<HandGrids> observe_by_hand(const std::string& family, const HandHeads& heads,
                                       const std::vector<PromptByHand>& prompts, const Tiles& tiles, TileKeys keys) {
  const LoadedPlugin plugin = load_plugin(built_plugins() / (family + ".so"));
  PromptSet set;
  for (const PromptByHand& prompt : prompts) set.prompts.push_back(prompt_of(prompt));
  OpenFamily open(plugin, heads, set);
  std::vector<HandGrids> grids;
  for (const PromptByHand& prompt : prompts) grids.push_back(open.observe(prompt, tiles, keys));
  return grids;
}

HandGrids observe_by_hand(const std::string& family, const HandHeads& heads, const PromptByHand& prompt, const Tiles& tiles,
                          TileKeys keys) {
  return observe_by_hand(family, heads, std::vector<PromptByHand>{prompt}, tiles, keys).front();
}

}  // namespace headlight::testing_support
