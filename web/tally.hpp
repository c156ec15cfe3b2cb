// How many heads of each family the models have: each head once, with its best verdict over all tasks.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/catalogue.hpp"

namespace headlight {

struct Tally {
  std::string model, family;
  std::map<Verdict, int> heads;
};

// By model, family. Those of one model or family where they are named ("" is any).
std::vector<Tally> tally_heads(Catalogue& catalogue, const std::string& model, const std::string& family);
Json tally_json(const Tally& tally);

// The statistic of the heads with this verdict, largest score first, `most` of them.
std::vector<HeadRow> found_heads(Catalogue& catalogue, const std::string& model, const std::string& family, Verdict verdict,
                                 std::int64_t most);

// The newest version of each family or method, by id.
std::vector<PluginRow> newest_plugins(Catalogue& catalogue, const std::string& kind);

}  // namespace headlight
