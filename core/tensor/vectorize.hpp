// HEADLIGHT_VECTORIZE before a function: compiled for AVX2 and for any x86-64, chosen when the program starts.
// The sanitizers run before such choices are made, so their builds have the plain version only.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HEADLIGHT_VECTORIZE __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define HEADLIGHT_VECTORIZE
#endif
