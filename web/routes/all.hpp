// The routes, one file each; web/routes.cpp lists them.
#pragma once

#include "web/route.hpp"

namespace headlight {

extern const Route kOverviewRoute;                 // overview.cpp
extern const Route kModelsRoute;                   // models.cpp
extern const Route kModelRoute;                    // model.cpp
extern const Route kHeadRoute;                     // head.cpp
extern const Route kDetectorRoute;                 // detector.cpp
extern const Route kPromptsRoute;                  // prompts.cpp
extern const Route kPatternsRoute;                 // patterns.cpp
extern const Route kCatalogueRoute;                // catalogue.cpp
extern const Route kCompareRoute;                  // compare.cpp
extern const Route kOverlapRoute;                  // overlap.cpp
extern const Route kReferencesRoute;               // references.cpp
extern const Route kFamiliesRoute, kMethodsRoute;  // plugins.cpp
extern const Route kFamilyRoute, kMethodRoute;     // plugin.cpp
extern const Route kTasksRoute, kTaskRoute;        // tasks.cpp
extern const Route kRunsRoute, kRunRoute;          // runs.cpp
extern const Route kSqlRoute;                      // sql.cpp
extern const Route kApiRoute, kOpenApiRoute;       // api.cpp
extern const Route kEventsRoute, kUiRoute;         // assets.cpp

}  // namespace headlight
