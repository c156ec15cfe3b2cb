"""JSON that reads like a table: an object or list of plain values stands on one line, the ones around it are indented."""

import json


def _is_plain(value: object) -> bool:
    """Holds no object, directly or in a list."""
    members = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return not any(isinstance(member, dict) or (isinstance(member, list) and not _is_plain(member)) for member in members)


def to_text(value: object, indent: int = 0) -> str:
    if _is_plain(value):
        return json.dumps(value, ensure_ascii=False)
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        lines = [f"{inner}{json.dumps(key)}: {to_text(member, indent + 1)}" for key, member in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    lines = [inner + to_text(member, indent + 1) for member in value]
    return "[\n" + ",\n".join(lines) + "\n" + " " * indent + "]"
