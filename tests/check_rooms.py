#!/usr/bin/env python3
"""The rooms and their doors, checked: which room may include which, and where a library may be named.

usage: check_rooms.py SOURCE_DIR
Prints each trespass as file:line and exits 1 when there is one. docs/architecture.md has the picture.
"""
import pathlib
import re
import sys

# A room may include itself and these.
MAY_INCLUDE = {
    "base": set(),
    "message": {"base"},
    "matcher": {"base"},
    "reputation": {"base"},
    "reputation/export": {"base", "reputation"},
    "reputation/feeds": {"base", "reputation"},
    "reputation/sightings": {"base", "reputation"},
    "config": {"base", "message", "matcher", "reputation"},
    "inspection": {"base", "message", "matcher", "reputation", "reputation/sightings", "config"},
    "milter": {"base", "message", "matcher", "reputation", "reputation/sightings", "config", "inspection"},
    "ctl": {"base", "message", "matcher", "reputation", "reputation/export", "reputation/feeds",
            "reputation/sightings", "config", "inspection"},
}

# Header of a library -> the files (glob) that are its door.
DOORS = {
    r"tl/expected\.hpp": ["base/result.h"],
    r"spdlog/.*": ["base/log.cc"],
    r"prometheus/.*": ["base/metrics.cc"],
    r"unicode/.*": ["message/charset.cc", "matcher/fold_table_gen_main.cc",
                      "matcher/region_clue_gen_main.cc"],
    r"hs(/.*)?\.h|hs/.*": ["matcher/pattern_database.*"],
    r"phonenumbers/.*": ["matcher/numbering_plan*"],
    r"lmdb\.h": ["reputation/lmdb_env.*"],
    r"sqlite3\.h": ["reputation/sightings/sqlite_db.*"],
    r"tlsh(_.*)?\.h": ["reputation/sightings/fuzzy_hash.*"],
    r"csv\.h": ["reputation/feeds/csv_feed.cc"],
    r"expat\.h": ["reputation/feeds/xml_feed.cc"],
    r"zlib\.h|zstd\.h": ["reputation/feeds/inflate.cc"],
    r"curl/.*": ["reputation/feeds/fetch.cc", "reputation/feeds/fetch_url.cc"],
    r"sodium(/.*)?\.h|sodium/.*": ["reputation/feeds/signature.cc",
                                     "message/document_hash.cc"],
    r"yaml-cpp/.*": ["config/*.cc", "config/yaml_*.h"],
    r"libmilter/mfapi\.h": ["milter/callbacks.cc"],
    r"libmilter/mfdef\.h": ["ctl/milter_client.cc"],
    r"systemd/.*": ["milter/*.cc"],
    r"CLI/.*": ["ctl/command_line*", "milter/milter_main.cc"],
    r"openssl/.*": ["reputation/export/digest.cc"],
    r"nlohmann/.*": ["ctl/*.cc", "ctl/report_json.h", "milter/control*.cc", "reputation/export/*.cc",
                       "reputation/feeds/*.cc",
                       "reputation/feeds/json_feed.h"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


def room_of(path):
    parts = path.parts
    two = "/".join(parts[:2])
    return two if two in MAY_INCLUDE else parts[0]


def main():
    source = pathlib.Path(sys.argv[1])
    trespasses, files = [], 0
    for room in {name.split("/")[0] for name in MAY_INCLUDE}:
        for path in sorted((source / room).rglob("*")):
            if path.suffix not in (".cc", ".h"):
                continue
            files += 1
            relative = path.relative_to(source)
            here = room_of(relative)
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                name = match.group(2)
                if match.group(1) == '"' and "/" in name:
                    there = room_of(pathlib.PurePath(name))
                    if there != here and there not in MAY_INCLUDE[here]:
                        trespasses.append(f"{relative}:{number}: {here} may not include {there}")
                for pattern, doors in DOORS.items():
                    if re.fullmatch(pattern, name) and not any(relative.match(door) for door in doors):
                        trespasses.append(f"{relative}:{number}: <{name}> belongs to {', '.join(doors)}")
    print("\n".join(trespasses))
    if files == 0:
        print("no source files found")
        return 1
    print(f"{files} files, {len(trespasses)} trespasses")
    return 1 if trespasses else 0


if __name__ == "__main__":
    sys.exit(main())
