// Where in the models a family's heads sit, what came closest where none was found, and where nothing can be said.
#pragma once

#include "core/base/json.hpp"
#include "storage/catalogue.hpp"
#include "web/html.hpp"

namespace headlight {

// For each model of the rows: how many of their heads lie in each layer, a head counting once. [FamilyDepth]
Json family_depths(Catalogue& catalogue, const std::vector<HeadRow>& heads);

// Of every measured (model, task) without a head of the family: the head with the largest statistic. [HeadRow]
Json closest_heads(Catalogue& catalogue, const std::string& family);

// Of every model and task that is not measurable: how well the model does it, and why that is too little. [TaskResult]
Json unsolved_tasks(Catalogue& catalogue, const std::string& family);

Markup depth_table(const Json& depths);     // a strip of layers for each model
Markup closest_table(const Json& closest);  // with the number a head has to reach
Markup unsolved_table(const Json& unsolved);

}  // namespace headlight
