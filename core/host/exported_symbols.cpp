#include "core/host/exported_symbols.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"
#include "core/base/files.hpp"

namespace headlight {
namespace {

[[noreturn]] void refuse_file(const std::string& why) { throw Error(ErrorCode::corrupt, why); }

// A struct, or array of structs, at a place of the file; copied, since nothing there need be aligned.
template <typename Struct>
std::vector<Struct> read(std::span<const std::byte> file, std::uint64_t begin, std::uint64_t n) {
  if (begin > file.size() || n > (file.size() - begin) / sizeof(Struct)) refuse_file("it is cut off: an incomplete copy?");
  std::vector<Struct> items(n);
  if (n > 0) std::memcpy(items.data(), file.data() + begin, n * sizeof(Struct));
  return items;
}

bool is_exported(const Elf64_Sym& symbol) {
  const auto binding = ELF64_ST_BIND(symbol.st_info), visibility = ELF64_ST_VISIBILITY(symbol.st_other);
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && binding != STB_LOCAL && type != STT_SECTION && type != STT_FILE &&
         (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

}  // namespace

std::vector<std::string> exported_symbols(const std::filesystem::path& library) {
  const FileMap map(library);
  const auto file = map.bytes();
  if (file.size() < sizeof(Elf64_Ehdr) || std::memcmp(file.data(), ELFMAG, SELFMAG) != 0) refuse_file("it is no shared library");
  const Elf64_Ehdr header = read<Elf64_Ehdr>(file, 0, 1)[0];
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_DYN || header.e_shentsize != sizeof(Elf64_Shdr))
    refuse_file("it is no 64-bit shared library");
  const auto sections = read<Elf64_Shdr>(file, header.e_shoff, header.e_shnum);
  std::vector<std::string> names;
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM) continue;
    if (section.sh_link >= sections.size()) refuse_file("its table of symbols has no names");
    const Elf64_Shdr& strings = sections[section.sh_link];
    const auto text = read<char>(file, strings.sh_offset, strings.sh_size);
    for (const Elf64_Sym& symbol : read<Elf64_Sym>(file, section.sh_offset, section.sh_size / sizeof(Elf64_Sym))) {
      if (!is_exported(symbol) || symbol.st_name >= text.size()) continue;
      names.emplace_back(text.data() + symbol.st_name, ::strnlen(text.data() + symbol.st_name, text.size() - symbol.st_name));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace headlight
