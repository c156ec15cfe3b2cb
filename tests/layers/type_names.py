"""Which types the sources define under one name. Two of one name in one namespace are two definitions of one thing for the linker: it
keeps one of their constructors and destructors, and the other type is made and taken apart with it."""
import re

NAMESPACE = re.compile(r"^namespace ([\w:]+)? ?\{")
END = re.compile(r"^\}  // namespace")
TYPE = re.compile(r"^(?:struct|class|enum class|union) (\w+)\b(?!::|<)[^;]*?(?:\{|$)")


def types_in(text):
    """Full names of the types that a source defines at the top of its namespaces; nothing of an unnamed namespace, which is the file's own."""
    inside, names = [], []
    for line in text.split("\n"):
        if opened := NAMESPACE.match(line):
            inside.append(opened[1])
        elif END.match(line) and inside:
            inside.pop()
        elif (defined := TYPE.match(line)) and None not in inside:
            names.append("::".join([*inside, defined[1]]))
    return names


def defined_twice(sources):
    """Full name -> the sources, for each name that more than one of them defines."""
    places = {}
    for path, text in sources.items():
        for name in types_in(text):
            places.setdefault(name, []).append(path)
    return {name: paths for name, paths in places.items() if len(set(paths)) > 1}
