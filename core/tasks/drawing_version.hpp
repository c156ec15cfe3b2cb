// Part of every task's content hash: raised whenever the same definition, tokenizer, seed and count come to give other prompts.
#pragma once

namespace headlight::tasks {
inline constexpr int kDrawingVersion = 3;
}
