#include "core/base/json.hpp"
#include "core/tasks/task.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "tests/fuzz/input_files.hpp"
#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {
namespace {

// Every character of ASCII is a token, and every letter with a space before it.
Tokenizer letters() {
  Json vocab = Json::object({{"Ġ", 0}});
  Json merges = Json::array();
  for (char c = '!'; c <= '~'; ++c) vocab.set(std::string(1, c), c - ' ');
  for (char c = 'A'; c <= 'z'; ++c) {
    merges.push("Ġ " + std::string(1, c));
    vocab.set("Ġ" + std::string(1, c), 96 + c - 'A');
  }
  const Json bytes = Json::object({{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}});
  const Json model = Json::object({{"type", "BPE"}, {"vocab", vocab}, {"merges", merges}});
  return Tokenizer::from_json(Json::object({{"pre_tokenizer", bytes}, {"decoder", bytes}, {"model", model}}));
}

void make_some_prompts(const Task& task) {
  static const Tokenizer kLetters = letters();
  make_prompts(task, {.tokenizer = &kLetters, .vocab_size = kLetters.vocab_size(), .n_ctx = 256, .bos = std::nullopt}, 4, 1);
}

InputFolder& task_folder() {
  static InputFolder kFolder{"task.json", "rows.jsonl", "rows.csv", "rows.conllu"};
  return kFolder;
}

void read_task(std::string_view input) { make_some_prompts(parse_task(parse_json(input))); }

std::vector<std::string> task_seeds() {
  std::vector<std::string> seeds;
  for (const char* name : {"ioi", "repeated-random", "stories"}) {
    std::string text = to_text(parse_json_file(HEADLIGHT_SOURCE_DIR "/plugins/tasks/" + std::string(name) + ".json"));
    if (text.size() <= 4096) seeds.push_back(std::move(text));
  }
  seeds.push_back(R"({"id": "x", "version": "1.0.0", "title": "X", "summary": "Y.", "lists": {"n": ["A", "B", "C"]}, "slots": {"P": "n", "Q": "n"},
    "templates": ["{P} and {Q}: {P} gave it to"], "roles": {"p": "{P}#1", "end": "end"}, "answer": " {Q}", "wrong": " {P}", "answer_tokens": "first",
    "corrupted": {"exchange": ["P", "Q"]}, "metric": {"kind": "logit_difference", "over": "answer"}})");
  return seeds;
}

void read_task_rows(std::string_view input) { make_some_prompts(load_task(task_folder().with(input) / "task.json")); }

std::vector<std::string> task_rows_seeds() {
  const std::string next(InputFolder::kNextFile);
  const auto task = [](const std::string& ending, const std::string& metric) {
    return R"({"id": "x", "version": "1.0.0", "title": "X", "summary": "Y.", "data": {"file": "rows.)" + ending + R"("}, "metric": )" + metric + "}";
  };
  const std::string over_all = R"({"kind": "log_prob", "over": "all_tokens"})", over_answer = R"({"kind": "logit_difference"})";
  return {task("jsonl", over_answer) + next + R"({"text": "A b A", "answer": " c", "wrong": [" d", " e"], "roles": {"p": "A", "q": [2, 3]}, "corrupted": "B b B"}
{"text": "C d", "answer": " e", "wrong": " f", "group": "g", "label": "h", "words": [[0, 1], [2, 3]]})",
          task("csv", over_all) + next + next + "text,label,group\n\"a, \"\"b\"\"\",x,1\nc d e,y,2\n",
          task("csv", over_all) + next + next + "Question,Correct Answers,Incorrect Answers\nWhat is it?,a; b,c;d\nWho?,e,f\n",
          task("conllu", over_all) + next + next + next +
              "# x\n1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdo\t_\t_\t_\t_\t3\taux\t_\t_\n2\tn't\t_\t_\t_\t_\t3\tadvmod\t_\t_\n"
              "3\tgo\t_\t_\t_\t_\t0\troot\t_\tSpaceAfter=No\n3.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n\n1\tI\t_\t_\t_\t_\t2\tnsubj\t_\t_\n2\tsee\t_\t_\t_\t_\t0\troot\t_\t_\n"};
}

}  // namespace

const Target task_target{.name = "task", .read = read_task, .max_input = 4096, .seeds = task_seeds, .fixed_mb = 128};
const Target task_rows_target{.name = "task-rows", .read = read_task_rows, .max_input = 4096, .seeds = task_rows_seeds, .fixed_mb = 128};

}  // namespace headlight::fuzz
