#include "core/base/json.hpp"
#include "core/tasks/task.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "tests/fuzz/input_files.hpp"
#include "tests/fuzz/targets.hpp"

namespace headlight::fuzz {
namespace {

// Every character of ASCII and the end of a line is a token, and every letter with a space before it.
Tokenizer letters() {
  Json vocab = Json::object({{"Ġ", 0}, {"Ċ", 95}});
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
  make_prompts(task, {.tokenizer = &kLetters, .vocab_size = kLetters.vocab_size(), .n_ctx = 256, .bos = std::nullopt}, 2, 1);
}

InputFolder& task_folder() {
  static InputFolder kFolder{"task.json", "rows.jsonl", "rows.csv", "rows.conllu"};
  return kFolder;
}

void read_task(std::string_view input) { make_some_prompts(parse_task(parse_json(input))); }

// Every field of a task with templates, every generator; as few words as can be, as an input draws hundreds of texts.
std::vector<std::string> task_seeds() {
  const std::string head = R"({"id": "x", "version": "1.0.0", "title": "X", "summary": "Y.", )";
  const auto shipped = [](const std::string& name) { return to_text(parse_json_file(HEADLIGHT_SOURCE_DIR "/plugins/tasks/" + name + ".json")); };
  return {shipped("repeated-random"), shipped("markov-chain"),
          head + R"("lists": {"n": ["A", "B", "C"]}, "slots": {"P": "n", "Q": "n"}, "templates": ["{P} and {Q}: {P} gave it to"],
    "roles": {"p": "{P}#1", "end": "end"}, "answer": " {Q}", "wrong": " {P}", "answer_tokens": "first", "corrupted": {"exchange": ["P", "Q"]},
    "metric": {"kind": "logit_difference", "over": "answer"}, "equal_length": true})",
          head + R"("lists": {"n": ["A", "B", "C"], "r": [{"k": "D", "v": "e"}, {"k": "F", "v": "g"}], "s": ["{i} b", "c {r.k}"], "i": {"from": 1, "to": 3, "digits": 2}},
    "weights": {"n": [1, 2, 0.5]}, "slots": {"P": "n", "Q": "n", "R": "r", "O": [{"x": "{P}", "y": "{Q}"}, {"x": "{Q}", "y": "{P}"}]},
    "repeats": {"m": {"of": "{s|cap}", "least": 1, "most": 2, "between": ", ", "ending": ".", "distinct": ["i"]}},
    "templates": ["{m} {O.x} d {O.y} {R.k|initial}: {P}", "{P} {R.k} {Q}"], "roles": {"p": "{P}#1", "q": ["{Q}#*", "{P}#1+1", "end-1"]},
    "arcs": [{"relation": "o", "dependent": "{P}#1", "head": "{Q}#-1"}], "answer": [" {R.v}"], "wrong": [" {n*}"], "answer_tokens": "single",
    "label": "{P}", "group": "{R.k}", "closed_book": {"template": "{R.k} is", "answer": " {R.v}"}, "corrupted": {"set": {"P": "Z"}},
    "metric": {"kind": "probability"}, "balance": ["templates", "R"]})",
          head + R"("lists": {"n": ["A", "B", "C"], "s": ["{n} c.", "D."]}, "slots": {"P": "n", "Q": "n"}, "generator": "haystack",
    "parameters": {"tokens": [20, 40], "depths": 2}, "repeats": {"before": {"of": "{s}", "least": 0, "most": 0, "ending": " "}, "after": {"of": "{s}", "least": 0, "most": 0}},
    "templates": "{before}It is {P}. {after} It is", "roles": {"a": "{P}#1"}, "answer": " {P}", "corrupted": {"redraw": ["P"]}, "metric": {"kind": "log_prob"}})",
          head + R"("templates": "{w} b {w} b {w} b", "slots": {"w": ["A", "B"]}, "corrupted": {"shuffle": "all"}, "metric": {"kind": "log_prob", "over": "second_occurrence"}})"};
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

const Target task_target{.name = "task", .read = read_task, .max_input = 2048, .seeds = task_seeds, .fixed_mb = 128};
const Target task_rows_target{.name = "task-rows", .read = read_task_rows, .max_input = 4096, .seeds = task_rows_seeds, .fixed_mb = 128};

}  // namespace headlight::fuzz
