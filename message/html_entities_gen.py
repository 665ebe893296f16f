#!/usr/bin/env python3
"""Writes html_entities_table.inc: the named character references of HTML5, sorted by name.

Source: Python's html.entities.html5, which is the table of the HTML standard (section 13.5).
Usage: html_entities_gen.py > html_entities_table.inc
"""
from html.entities import html5

names = sorted(html5)
print("// Made by html_entities_gen.py; do not edit. The names stand in one string, sorted by byte.")
print("// clang-format off")
print("constexpr char kEntityNames[] =")
line = ""
for name in names:
    if len(line) + len(name) > 90:
        print(f'    "{line}"')
        line = ""
    line += name
print(f'    "{line}";')
print(f"constexpr EntityRow kEntityRows[{len(names)}] = {{")
offset, cells = 0, []
for name in names:
    scalars = [ord(c) for c in html5[name]] + [0]
    cells.append(f"{{{offset},{len(name)},0x{scalars[0]:x},0x{scalars[1]:x}}}")
    offset += len(name)
for i in range(0, len(cells), 4):
    print("    " + ", ".join(cells[i:i + 4]) + ",")
print("};")
