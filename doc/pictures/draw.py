#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Draws a picture of its source: graphviz decides where things are, and this script adds colours for
# light and dark, a card behind, and the digest of the source, by which a test sees that the two
# belong together.
#
#	draw.py DOT SOURCE.dot > PICTURE.svg

import hashlib
import html
import pathlib
import re
import subprocess
import sys

# The colours that sources may use, and what each is in the dark. Graphviz leaves black out.
COLOURS = {
    "#ffffff": "#22272e", "#f3f4f6": "#1c2128", "#ddf4ff": "#0c2d4d", "#fff1d6": "#43300b",
    "#dafbe1": "#12381f", "#eeeaff": "#2f2757", "#ffebe9": "#4a1713",
    "#57606a": "#9ba5b0", "#8c959f": "#6e7681", "#1a7f37": "#3fb950", "#b3261e": "#ff7b72",
}
CARD, TEXT = ("#ffffff", "#161b22"), ("#1f2328", "#e6edf3")
FONTS = "'DejaVu Sans', Verdana, Arial, Helvetica, sans-serif"
SCALE = 1.25  # 12 units of a source are 15 pixels where there is room


def digest(source):
    return hashlib.sha256(source.encode()).hexdigest()


def style():
    dark = "".join(f"[fill='{light}'] {{ fill: {dark} }} [stroke='{light}'] {{ stroke: {dark} }}\n"
                   for light, dark in COLOURS.items())
    return (f"svg {{ fill: {TEXT[0]}; font-family: {FONTS} }}\n"
            f".card {{ fill: {CARD[0]} }}\n"
            "@media (prefers-color-scheme: dark) {\n"
            f"{dark}svg {{ fill: {TEXT[1]} }} .card {{ fill: {CARD[1]} }}\n"
            "}\n")


def finish(drawn, source, name):
    """What graphviz has drawn, as a picture for pages."""
    drawn = re.sub(r"<!--.*?-->\n?", "", drawn, flags=re.S)
    width, height, box = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+'
                                   r'viewBox="([^"]*)"', drawn).groups()
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawn, re.S)[1].strip()
    # Each text has a font, and each thing a title that a browser would show as a tip.
    inside = re.sub(r' font-family="[^"]*"', "", inside)
    inside = re.sub(r"<title>.*?</title>\n?", "", inside, flags=re.S)
    title = re.search(r'graph "([^"]*)"', source)[1]
    return (f"<!-- SPDX-License-Identifier: BSD-2-Clause -->\n"
            f"<!-- Copyright (c) 2026 The dance authors -->\n"
            f"<!-- drawn from {name}, sha256 {digest(source)} -->\n"
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img"\n'
            f'  width="{float(width) * SCALE:.0f}" height="{float(height) * SCALE:.0f}" '
            f'viewBox="{box}">\n'
            f"<title>{html.escape(title)}</title>\n<style>\n{style()}</style>\n"
            f'<rect class="card" width="100%" height="100%" rx="6"/>\n{inside}\n</svg>\n')


def draw(dot, path):
    source = path.read_text(encoding="utf-8")
    drawn = subprocess.run([dot, "-Tsvg"], input=source, stdout=subprocess.PIPE, text=True,
                           check=True).stdout
    return finish(drawn, source, path.name)


if __name__ == "__main__":
    sys.stdout.write(draw(sys.argv[1], pathlib.Path(sys.argv[2])))
