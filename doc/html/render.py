#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Makes a folder of HTML of all pages and manuals, in which a link leads where it leads in the
# repository, and fails if one leads nowhere. cmark-gfm, mandoc and docutils know the three languages;
# links.py knows what a good link is.
#
#	render.py REPOSITORY OUT VERSION CMARK-GFM MANDOC [DOT]

import html
import os
import pathlib
import posixpath
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "pictures")]

import draw  # pylint: disable=wrong-import-position
import links  # pylint: disable=wrong-import-position
import rst_manual  # pylint: disable=wrong-import-position

# The order of what a person needs; other pages follow these.
ORDER = ["README.md", "doc/xot.md", "doc/resolver.md", "doc/smtp.md", "doc/iot.md",
         "doc/operating.md", "doc/monitoring.md", "doc/troubleshooting.md", "doc/migration.md",
         "doc/samples/README.md", "doc/flow.md", "SECURITY.md", "NEWS.md", "CONTRIBUTING.md"]
PAGES = ("*.md", "doc/*.md", "doc/samples/*.md")
CHAPTERS = ("modules/knot/*.rst",)
MANUALS = ("doc/*.[1-8]",)
MANY = 4  # a page with so many sections lists them at its top

FRAME = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{top}style.css">
</head>
<body>
<header>
<a href="{top}index.html">dance {version}</a>
<a class="menu" href="#all-pages">all pages</a>
</header>
<main>
{body}
</main>
<nav id="all-pages" aria-label="all pages">
{menu}
</nav>
</body>
</html>
"""


class Page:
    """One page: where it comes from, what it says and where it goes."""

    def __init__(self, path, body, title):
        self.path, self.body, self.title = path, body, title
        self.manual = re.fullmatch(r"(.*)\.([1-8])", posixpath.basename(path))
        folder, name = posixpath.split(path)
        if name == "README.md":
            name = "index"
        elif not self.manual:
            name = name.rpartition(".")[0]
        self.out = posixpath.join(folder, name + ".html")


# --- languages --------------------------------------------------------------------------


def said_by(command, text):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout


def plain(fragment):
    return html.unescape(re.sub(r"<[^>]*>", "", fragment))


def anchor(heading, taken):
    """The name that a forge gives to a heading."""
    name = re.sub(r"[^\w\- ]", "", plain(heading).lower()).replace(" ", "-")
    taken[name] = taken.get(name, -1) + 1
    return name if taken[name] == 0 else f"{name}-{taken[name]}"


def markdown(cmark, text):
    body = said_by([cmark, "-t", "html", "-e", "table", "-e", "autolink"], text)
    taken = {}
    body = re.sub(r"<h([1-6])>(.*?)</h\1>", lambda found:
                  f'<h{found[1]} id="{anchor(found[2], taken)}">{found[2]}</h{found[1]}>', body,
                  flags=re.S)
    return body, plain(re.search(r"<h1[^>]*>(.*?)</h1>", body, re.S)[1])


def manual(mandoc, text, name):
    return said_by([mandoc, "-T", "html", "-O", "fragment,man=man:%N.%S"], text), name


def chapter(text, version):
    # pylint: disable=import-outside-toplevel # nothing else needs these
    import docutils.core
    import docutils.writers

    parts = docutils.core.publish_parts(
        rst_manual.page(text, version), writer=docutils.writers.get_writer_class("html5")(),
        settings_overrides={"report_level": 2, "halt_level": 2, "file_insertion_enabled": False,
                            "raw_enabled": False, "initial_header_level": 2})
    # Its first lines are what a manual's head has.
    body = re.sub(r"<dl class=\"[^\"]*docinfo.*?</dl>", "", parts["html_body"], flags=re.S)
    return body.replace("<main", "<div").replace("</main", "</div"), f"{parts['title']}(7)"


# --- links ------------------------------------------------------------------------------


def relative(to, page):
    return posixpath.relpath(to, posixpath.dirname(page.out) or ".")


def references(body, page, manuals):
    """Makes a link of each name(section) that is a manual of ours, but in code and headings."""
    def link(found):
        to = manuals.get((found[1], found[2]))
        if to is None or to == page.out:
            return found[0]
        return f'<a href="{relative(to, page)}">{found[0]}</a>'

    pieces = re.split(r"(<(a|pre|code|h[1-6]|title)\b.*?</\2>|<[^>]*>)", body, flags=re.S)
    # Of each three, the first is text, the second is what stays, the third its name.
    return "".join(re.sub(r"\b([a-z][\w.-]*)\(([1-8])\)", link, piece) if at % 3 == 0 else piece
                   for at, piece in enumerate(pieces) if at % 3 != 2)


class Site:
    def __init__(self, repository, out, pages):
        self.repository, self.out = repository, out
        self.outs = {page.path: page.out for page in pages}
        self.manuals = {(page.manual[1], page.manual[2]): page.out for page in pages if page.manual}
        self.manuals |= {(pathlib.Path(page.path).stem, "7"): page.out for page in pages
                         if page.path.endswith(".rst")}
        self.wrong = []

    def lead(self, page, href):
        """Where a page's link leads in the output."""
        if re.match(r"[a-z]+:|#", href):
            return href
        path, mark, part = href.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), html.unescape(path)))
        if (self.repository / path).is_dir():
            path = posixpath.join(path, "README.md")
        if path in self.outs:
            return relative(self.outs[path], page) + mark + part
        if not (self.repository / path).is_file() or path.startswith(".."):
            self.wrong.append(f"{page.path}: it links to {href}, which is not there")
            return href
        # A browser shows a file with this name, whatever is in it.
        copy = path if path.endswith(".svg") else path + ".txt"
        (self.out / copy).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.repository / path, self.out / copy)
        return relative(copy, page) + mark + part

    def rewrite(self, page):
        def lead_manual(found):
            to = self.manuals.get((found[1], found[2]))
            return f'<a class="Xr" href="{relative(to, page)}">{found[3]}</a>' if to else found[3]

        body = re.sub(r'<a class="Xr" href="man:([^"]*)\.(\w+)"[^>]*>(.*?)</a>', lead_manual,
                      page.body)
        body = re.sub(r'\b(href|src)="([^"]*)"', lambda found:
                      f'{found[1]}="{found[2] if page.manual else self.lead(page, found[2])}"', body)
        body = references(body, page, self.manuals)
        # What is too wide for a phone is moved sideways by itself.
        return re.sub(r"(<table(?! class=\"(?:head|foot|Nm)).*?</table>)",
                      r'<div class="wide">\1</div>', body, flags=re.S)

    def menu(self, page, pages):
        groups = (("Pages", [one for one in pages if not one.manual and one.path.endswith(".md")]),
                  ("Manuals", [one for one in pages if one.manual or one.path.endswith(".rst")]))
        lines = []
        for name, group in groups:
            lines.append(f"<h2>{name}</h2>\n<ul>")
            for one in group:
                here = ' aria-current="page"' if one is page else ""
                lines.append(f'<li><a href="{relative(one.out, page)}"{here}>'
                             f"{html.escape(one.title)}</a></li>")
            lines.append("</ul>")
        return "\n".join(lines)


def contents(body):
    """The sections of a long page, after its title."""
    found = re.findall(r'<h2 id="([^"]*)">(.*?)</h2>', body, re.S)
    if len(found) < MANY:
        return body
    items = "".join(f'<li><a href="#{name}">{html.escape(plain(text))}</a></li>\n'
                    for name, text in found)
    return body.replace("</h1>", "</h1>\n<details><summary>On this page</summary>\n"
                        f"<ul>\n{items}</ul>\n</details>", 1)


# --- all of it --------------------------------------------------------------------------


def read_pages(repository, version, cmark, mandoc):
    def found(patterns):
        return sorted(path.relative_to(repository).as_posix()
                      for pattern in patterns for path in repository.glob(pattern))

    def text(path):
        return (repository / path).read_text(encoding="utf-8")

    rank = {path: number for number, path in enumerate(ORDER)}
    pages = sorted(found(PAGES), key=lambda path: (rank.get(path, len(ORDER)), path))
    return ([Page(path, *markdown(cmark, text(path))) for path in pages]
            + [Page(path, *chapter(text(path), version)) for path in found(CHAPTERS)]
            + [Page(path, *manual(mandoc, text(path), "{}({})".format(
                *posixpath.basename(path).rsplit(".", 1)))) for path in found(MANUALS)])


def render(repository, out, version, cmark, mandoc, dot=None):
    """Fills a folder; returns what is wrong with it."""
    repository, out = pathlib.Path(repository), pathlib.Path(out)
    pages = read_pages(repository, version, cmark, mandoc)
    # Made beside it: whoever reads the old one is not disturbed if this fails.
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    site = Site(repository, fresh, pages)
    shutil.copyfile(HERE / "style.css", fresh / "style.css")
    for page in pages:
        path = fresh / page.out
        path.parent.mkdir(parents=True, exist_ok=True)
        top = "../" * page.out.count("/")
        path.write_text(FRAME.format(title=html.escape(page.title), version=version, top=top,
                                     body=contents(site.rewrite(page)), menu=site.menu(page, pages)),
                        encoding="utf-8")
    for source in (repository / "doc/pictures").glob("*.dot") if dot else ():
        picture = fresh / "doc/pictures" / (source.stem + ".svg")
        if picture.exists():
            picture.write_text(draw.draw(dot, source), encoding="utf-8")
    wrong = site.wrong + links.wrong(fresh)
    shutil.rmtree(out, ignore_errors=True)
    os.rename(fresh, out)
    return wrong


def main(*arguments):
    wrong = render(*arguments)
    for line in wrong:
        print(f"html: {line}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print(f"html: {arguments[1]}/index.html")


if __name__ == "__main__":
    main(*sys.argv[1:])
