"""How a number can be dressed up: style name -> (function of the shown text, trick flag a finding must carry).

Does: changes how digits or separators look, as a sender who hides a number would; what a reader sees stays
  the number. `text` styles work in any part, `html` styles need an HTML part (their output is markup).
Does not: know of mails or labels.
"""

DIGIT_BASES = {
    "arabic-indic": 0x0660, "persian": 0x06F0, "nko": 0x07C0, "devanagari": 0x0966, "bengali": 0x09E6,
    "gurmukhi": 0x0A66, "gujarati": 0x0AE6, "oriya": 0x0B66, "tamil": 0x0BE6, "telugu": 0x0C66,
    "kannada": 0x0CE6, "malayalam": 0x0D66, "thai": 0x0E50, "lao": 0x0ED0, "tibetan": 0x0F20,
    "myanmar": 0x1040, "khmer": 0x17E0, "mongolian": 0x1810, "limbu": 0x1946, "balinese": 0x1B50,
    "fullwidth": 0xFF10, "osmanya": 0x104A0, "math-bold": 0x1D7CE, "math-double": 0x1D7D8,
    "math-sans": 0x1D7E2, "math-sans-bold": 0x1D7EC, "math-mono": 0x1D7F6, "segmented": 0x1FBF0,
}
WORDS = "zero one two three four five six seven eight nine".split()


def each_digit(replace):
    return lambda shown: "".join(replace(int(c)) if c.isdigit() else c for c in shown)


def between_digits(mark):
    """`mark` after every digit but the last."""
    def style(shown):
        out, last = [], max(i for i, c in enumerate(shown) if c.isdigit())
        for i, c in enumerate(shown):
            out.append(c + mark if c.isdigit() and i < last else c)
        return "".join(out)
    return style


def letters(**pairs):
    table = str.maketrans({digit: letter for digit, letter in zip(pairs["digits"], pairs["letters"])})
    return lambda shown: shown.translate(table)


def groups(shown):
    return "".join(c if c.isdigit() else " " for c in shown).split()


def spoken(shown, doubled=False):
    """"eight eight eight, five five five": digits as words, with double and triple when asked for."""
    out = []
    for group in groups(shown):
        words, i = [], 0
        while i < len(group):
            run = 1
            while doubled and run < 3 and i + run < len(group) and group[i + run] == group[i]:
                run += 1
            words.append(("", "double ", "triple ")[run - 1] + WORDS[int(group[i])])
            i += run
        out.append(" ".join(words))
    return ", ".join(out) if not doubled else "-".join(w.replace(" ", "-") for w in out)


def half_spoken(shown):
    """Words and digits in turn: 1-eight88-five5five-..."""
    return "-".join("".join(WORDS[int(c)] if i % 2 == 0 else c for i, c in enumerate(g))
                    for g in groups(shown))


TEXT = {name: (each_digit(lambda d, base=base: chr(base + d)), "unicode-digits")
        for name, base in DIGIT_BASES.items()}
TEXT |= {
    "circled": (each_digit(lambda d: "⓪" if d == 0 else chr(0x2460 + d - 1)), "unicode-digits"),
    "circled-black": (each_digit(lambda d: "⓿" if d == 0 else chr(0x2776 + d - 1)), "unicode-digits"),
    "circled-double": (each_digit(lambda d: "⓪" if d == 0 else chr(0x24F5 + d - 1)), "unicode-digits"),
    "circled-sans": (each_digit(lambda d: "🄋" if d == 0 else chr(0x2780 + d - 1)), "unicode-digits"),
    "superscript": (each_digit(lambda d: "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]), "unicode-digits"),
    "subscript": (each_digit(lambda d: chr(0x2080 + d)), "unicode-digits"),
    "keycap": (each_digit(lambda d: f"{d}\ufe0f\u20e3"), "unicode-digits"),
    "zero-width-space": (between_digits("\u200b"), "invisible"),
    "zero-width-joiner": (between_digits("\u200d"), "invisible"),
    "zero-width-non-joiner": (between_digits("\u200c"), "invisible"),
    "word-joiner": (between_digits("\u2060"), "invisible"),
    "soft-hyphen": (between_digits("\u00ad"), "invisible"),
    "byte-order-mark": (between_digits("\ufeff"), "invisible"),
    "variation-selector": (between_digits("\ufe0e"), "invisible"),
    "grapheme-joiner": (between_digits("\u034f"), "invisible"),
    "invisible-plus": (between_digits("\u2064"), "invisible"),
    "tag-character": (between_digits("\U000e0061"), "invisible"),
    "left-to-right-mark": (between_digits("\u200e"), "bidi"),
    "isolate": (lambda s: "\u2066" + s[:6] + "\u2069\u2066" + s[6:] + "\u2069", "bidi"),
    "embedding": (lambda s: s[:5] + "\u202a" + s[5:] + "\u202c", "bidi"),
    "override": (lambda s: "\u202e" + s[::-1] + "\u202c", "bidi"),
    "O-for-0": (letters(digits="0", letters="O"), "look-alike"),
    "l-for-1": (letters(digits="1", letters="l"), "look-alike"),
    "I-for-1": (letters(digits="1", letters="I"), "look-alike"),
    "bar-for-1": (letters(digits="1", letters="|"), "look-alike"),
    "S-for-5": (letters(digits="5", letters="S"), "look-alike"),
    "B-for-8": (letters(digits="8", letters="B"), "look-alike"),
    "OlS": (letters(digits="015", letters="OlS"), "look-alike"),
    "cyrillic-O": (letters(digits="0", letters="\u041e"), "look-alike"),
    "spoken": (spoken, "spelled"),
    "spoken-doubled": (lambda s: spoken(s, doubled=True), "spelled"),
    "half-spoken": (half_spoken, "spelled"),
    "emoji": (lambda s: "📞".join(groups(s)), "odd-separators"),
    "stars": (lambda s: " ★ ".join(groups(s)), "odd-separators"),
    "back-ticks": (between_digits("`"), "odd-separators"),
    "spaced": (lambda s: " ".join(s.replace(" ", "")), "odd-separators"),
    "pipes": (lambda s: "|".join(groups(s)), "odd-separators"),
    "tildes": (lambda s: "~".join(groups(s)), "odd-separators"),
}

HIDDEN = '<span style="{}">7</span>'
HTML = {
    "decimal-entities": (lambda s: "".join(f"&#{ord(c)};" for c in s), None),
    "hex-entities": (lambda s: "".join(f"&#x{ord(c):X};" for c in s), None),
    "some-entities": (lambda s: "".join(f"&#{ord(c)}" if c.isdigit() and i % 3 == 2 and not
                                        s[i + 1:i + 2].isdigit() else c for i, c in enumerate(s)), None),
    "span-a-digit": (each_digit(lambda d: f"<span>{d}</span>"), None),
    "bold-groups": (lambda s: "-".join(f"<b>{g}</b>" for g in groups(s)), None),
    "comment": (between_digits("<!-- x93 -->"), None),
    "word-break": (between_digits("<wbr>"), None),
    "soft-hyphen-entity": (between_digits("&shy;"), "invisible"),
    "zero-width-entity": (between_digits("&#8203;"), "invisible"),
    "no-break-spaces": (lambda s: "&nbsp;".join(groups(s)), None),
    "display-none": (between_digits(HIDDEN.format("display:none")), "hidden-text"),
    "visibility": (between_digits(HIDDEN.format("visibility: hidden")), "hidden-text"),
    "zero-size": (between_digits(HIDDEN.format("font-size:0px")), "hidden-text"),
    "same-colour": (between_digits(HIDDEN.format("color:#ffffff;background:#fff")), "hidden-text"),
    "opacity": (between_digits(HIDDEN.format("opacity:0")), "hidden-text"),
    "hidden-attribute": (between_digits("<i hidden>4</i>"), "hidden-text"),
    "class-rule": (between_digits('<span class="zz9">4</span>'), "hidden-text"),
    "font-size-one": (between_digits('<font style="font-size:0;line-height:0">93</font>'), "hidden-text"),
    "table-cells": (lambda s: "".join(f"<td>{g}</td>" for g in groups(s)), None),
    "line-breaks-in-source": (lambda s: "\n      ".join(s.split(" ")), None),
    "mixed-tags": (lambda s: "".join(f"<font color=red>{c}</font>" if i % 2 else f"<em>{c}</em>"
                                     for i, c in enumerate(s)), None),
}
ALL = TEXT | HTML
