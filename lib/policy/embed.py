"""embed.py OUTPUT POLICY... - write policy files as C arrays."""

import pathlib
import sys


def array(path):
    data = path.read_bytes()
    data.decode("ascii")
    rows = [data[i:i + 16] for i in range(0, len(data), 16)]
    lines = ["  " + " ".join(f"{byte}," for byte in row) for row in rows]
    return [f"static const char {path.stem}_text[] = {{", *lines, "};"]


def main(output, *inputs):
    paths = sorted(map(pathlib.Path, inputs))
    lines = []
    for path in paths:
        lines += array(path)
    lines.append("static const struct builtin builtins[] = {")
    for path in paths:
        text = f"{path.stem}_text"
        lines.append(f'  {{"{path.stem}", {text}, sizeof({text})}},')
    lines.append("};")
    names = ", ".join(path.stem for path in paths)
    lines.append(f'static const char builtin_names[] = "{names}";')
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


main(*sys.argv[1:])
