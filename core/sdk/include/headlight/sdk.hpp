// Headlight's plugin boundary in C++: derive from Family or Method, describe it, and let one macro export it.
// plugins/README.md is the tutorial; plugin.h is what lies beneath. Header only; needs the standard library alone.
#pragma once

#include <headlight/sdk/attributed_family.hpp>
#include <headlight/sdk/choices.hpp>
#include <headlight/sdk/copying.hpp>
#include <headlight/sdk/export.hpp>
#include <headlight/sdk/fact_sources.hpp>
#include <headlight/sdk/manifest.hpp>
#include <headlight/sdk/name_family.hpp>
#include <headlight/sdk/pattern_score.hpp>
#include <headlight/sdk/ranks.hpp>
