#include "core/tokenizer/sentencepiece_file.hpp"

#include <cmath>

#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/protobuf_reader.hpp"
#include "core/tokenizer/utf8.hpp"

namespace headlight::tokenization {
namespace {

SentencePieceFile::Piece parse_piece(std::string_view message) {
  SentencePieceFile::Piece piece;
  ProtobufReader reader(message);
  while (reader.next()) {
    if (reader.field() == 1) {
      piece.text = reader.bytes();
    } else if (reader.field() == 2) {
      piece.score = reader.real();
    } else if (reader.field() == 3) {
      const std::uint64_t type = reader.integer();
      if (type < 1 || type > 6) throw Error(ErrorCode::corrupt, "the piece type " + std::to_string(type) + " is none of 1 to 6");
      piece.type = static_cast<SentencePieceFile::Type>(type);
    }
  }
  if (piece.text.empty() || find_invalid_utf8(piece.text) != std::string::npos) {
    throw Error(ErrorCode::corrupt, "a piece's text is empty or no UTF-8");
  }
  if (!std::isfinite(piece.score)) throw Error(ErrorCode::corrupt, "the score of \"" + piece.text + "\" is not finite");
  return piece;
}

void parse_trainer(std::string_view message, SentencePieceFile& file) {
  ProtobufReader reader(message);
  const auto id = [&] { return static_cast<int>(static_cast<std::int64_t>(reader.integer())); };
  while (reader.next()) {
    switch (reader.field()) {
      case 3: {
        const std::uint64_t kind = reader.integer();
        if (kind != 1 && kind != 2) refuse("model_type " + std::to_string(kind) + " (1 is UNIGRAM, 2 is BPE)");
        file.kind = static_cast<SentencePieceFile::Kind>(kind);
        break;
      }
      case 24:
        if (reader.boolean()) refuse("treat_whitespace_as_suffix");
        break;
      case 35: file.byte_fallback = reader.boolean(); break;
      case 40: file.unk_id = id(); break;
      case 41: file.bos_id = id(); break;
      case 42: file.eos_id = id(); break;
      default: break;
    }
  }
}

void parse_normalizer(std::string_view message, SentencePieceFile& file) {
  ProtobufReader reader(message);
  while (reader.next()) {
    switch (reader.field()) {
      case 2: file.character_map = reader.bytes(); break;
      case 3: file.add_dummy_prefix = reader.boolean(); break;
      case 4: file.remove_extra_whitespaces = reader.boolean(); break;
      case 5:
        if (!reader.boolean()) refuse("escape_whitespaces = false");
        break;
      default: break;
    }
  }
}

void check_ids(const SentencePieceFile& file) {
  const auto n = static_cast<int>(file.pieces.size());
  for (const auto& [name, id] : {std::pair("unk_id", file.unk_id), {"bos_id", file.bos_id}, {"eos_id", file.eos_id}}) {
    if (id >= n)
      throw Error(ErrorCode::corrupt,
                  std::string(name) + " is " + std::to_string(id) + ", but there are " + std::to_string(n) + " pieces");
  }
  if (file.unk_id < 0 || file.pieces[file.unk_id].type != SentencePieceFile::Type::unknown) {
    throw Error(ErrorCode::corrupt, "unk_id is " + std::to_string(file.unk_id) + ", which is no piece of the type UNKNOWN");
  }
}

}  // namespace

SentencePieceFile parse_sentencepiece(std::string_view bytes) {
  SentencePieceFile file;
  ProtobufReader reader(bytes);
  while (reader.next()) {
    if (reader.field() == 1) {
      within("piece " + std::to_string(file.pieces.size()), [&] { file.pieces.push_back(parse_piece(reader.bytes())); });
    } else if (reader.field() == 2) {
      within("trainer_spec", [&] { parse_trainer(reader.bytes(), file); });
    } else if (reader.field() == 3) {
      within("normalizer_spec", [&] { parse_normalizer(reader.bytes(), file); });
    }
  }
  if (file.pieces.empty()) throw Error(ErrorCode::corrupt, "no SentencePiece model: it has no pieces");
  check_ids(file);
  return file;
}

}  // namespace headlight::tokenization
