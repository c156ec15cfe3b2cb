"""Who includes whom: the arrows of the tree, read from the #include lines, which are written from the top folder."""
import re

# What a layer may include besides itself. A layer is a folder; the longest name that fits a file is its layer.
MAY_INCLUDE = {
    "core/base": [],
    "core/tensor": ["core/base"],
    "core/checkpoint": ["core/tensor", "core/base"],
    "core/hub": ["core/checkpoint", "core/base"],
    "core/tokenizer": ["core/tensor", "core/base"],
    "core/tasks": ["core/tokenizer", "core/tensor", "core/base"],
    "core/stats": ["core/base"],
    "core/engine": ["core/checkpoint", "core/tokenizer", "core/tasks", "core/tensor", "core/base"],
    "core/sdk": ["headlight"],
    "core/host": ["core/engine", "core/checkpoint", "core/tokenizer", "core/tasks", "core/stats", "core/tensor", "core/base", "headlight"],
    "plugins": ["headlight"],
    "storage": ["core/base"],
    "web": ["storage", "core/base"],
    "cli/templates": ["headlight"],  # what `headlight plugin new` writes
    "cli": ["web", "storage", "core/hub", "core/host", "core/engine", "core/checkpoint", "core/tokenizer", "core/tasks", "core/stats", "core/tensor", "core/base"],
}

# Headers that cost seconds a file, or that only one place is to know: each has one .cpp, and no header, that includes it.
HEAVY = ["httplib.h", "curl", "openssl", "boost/json", "boost/dll", "boost/program_options", "boost/math", "boost/mpi"]

# Headers of other libraries that stay in one folder.
ONLY_IN = {"sqlite3.h": "storage", "cblas.h": "core/tensor", "pcre2.h": "core/tokenizer", "unicode/": "core/tokenizer", "httplib.h": "web",
           "curl/": "core/hub", "openssl/": "core/hub"}

# The C and C++ standard libraries: all that the SDK may use, and with xtensor all that plugins may.
STANDARD = set(
    "algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits clocale cmath "
    "codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime "
    "cuchar cwchar cwctype deque exception execution filesystem forward_list fstream functional future initializer_list iomanip ios "
    "iosfwd iostream istream iterator latch limits list locale map memory memory_resource mutex new numbers numeric optional ostream "
    "queue random ranges ratio regex scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept "
    "stop_token streambuf string string_view syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map "
    "unordered_set utility valarray variant vector version "
    "assert.h complex.h ctype.h errno.h fenv.h float.h inttypes.h iso646.h limits.h locale.h math.h setjmp.h signal.h stdalign.h "
    "stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h tgmath.h threads.h time.h uchar.h "
    "wchar.h wctype.h".split())

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text):
    """(is quoted, name) of every #include line."""
    return [(mark == '"', name) for mark, name in INCLUDE.findall(text)]


def layer_of(path):
    """The layer that a file belongs to; None for tests and whatever else is free."""
    fitting = [layer for layer in MAY_INCLUDE if path.startswith(layer + "/")]
    return max(fitting, key=len, default=None)


def broken_rules(path, text):
    """What is wrong with the includes of one file, a sentence each."""
    layer = layer_of(path)
    if layer is None:
        return []
    allowed = [layer] + MAY_INCLUDE[layer]
    wrong = []
    for quoted, name in includes(text):
        top = layer_of(name)
        if quoted and layer != "plugins" and "/" not in name:
            wrong.append(f'{path}: "{name}" is not written from the top folder')
        elif top is not None and top not in allowed:
            wrong.append(f"{path}: {layer} may not include {name}: only {', '.join(allowed)}")
        elif name.startswith("headlight/") and "headlight" not in allowed:
            wrong.append(f"{path}: {layer} may not include the SDK ({name})")
        elif layer in ("plugins", "cli/templates", "core/sdk") and not is_allowed_in_plugins(layer, quoted, name):
            wrong.append(f"{path}: {layer} may include the SDK and the standard library{'' if layer == 'core/sdk' else ' and xtensor'}, not {name}")
        for header, home in ONLY_IN.items():
            if name.startswith(header) and layer != home:
                wrong.append(f"{path}: {name} belongs to {home} alone")
    return wrong


def is_allowed_in_plugins(layer, quoted, name):
    if name in STANDARD or name.startswith("headlight/"):
        return True
    return layer != "core/sdk" and (quoted or name.startswith("xtensor/"))


def users_of(header, texts):
    """The files whose include lines name the header or the folder of headers."""
    return sorted(path for path, text in texts.items()
                  if any(name == header or name.startswith((header + "/", header + ".")) for _, name in includes(text)))
