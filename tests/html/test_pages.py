#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The HTML of all pages and manuals: a link leads where it leads in the repository, and what is wrong
# is said. The pages are made in a folder of the test's own. Without the programs that make them, only
# what needs none is tested, and a line says so.

import contextlib
import io
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "doc" / "html"))

import links  # pylint: disable=wrong-import-position
import render  # pylint: disable=wrong-import-position

CMARK, MANDOC, DOT = (shutil.which(name) for name in ("cmark-gfm", "mandoc", "dot"))
try:
    import docutils  # pylint: disable=unused-import
except ImportError:
    docutils = None
COMPLETE = CMARK and MANDOC and docutils
MANUAL = (".Dd January 1, 2026\n.Dt A 1\n.Os\n.Sh NAME\n.Nm a\n.Nd a\n"
          ".Sh SEE ALSO\n.Xr b 5 ,\n.Xr c 8\n")


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dance-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def put(self, files):
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


class TestLinks(Folder):
    def test_a_link_that_leads_somewhere_is_right(self):
        self.put({"a.html": '<h1 id="top">A</h1><a href="#top">1</a><a href="b/c.html#x%20y">2</a>'
                            '<a href="https://example.org/#z">3</a><a href="b/d.svg">4</a>',
                  "b/c.html": '<p id="x y"><a href="../a.html">5</a><img src="d.svg" alt="d"></p>',
                  "b/d.svg": "<svg/>"})
        self.assertEqual([], links.wrong(self.folder))

    def test_a_link_that_leads_nowhere_is_told(self):
        for body, said in (
                ('<a href="x.html">', "a.html: it links to x.html, which is not there"),
                ('<a href="#x">', "a.html: it links to #x, but a.html has no such anchor"),
                ('<a href="b.html#x">',
                 "a.html: it links to b.html#x, but b.html has no such anchor"),
                ('<img src="x.svg" alt="x">', "a.html: it links to x.svg, which is not there"),
                ('<a href="../a.html">', "a.html: it links to ../a.html, which is not there"),
                ('<a href="/etc/hosts">', "a.html: it links to /etc/hosts, which is not there"),
                ('<p id="x"><p id="x">', "a.html: it has the anchor x twice"),
                ('<img src="b.html">', "a.html: the picture b.html has no text")):
            self.put({"a.html": body, "b.html": "<p>"})
            self.assertEqual([said], links.wrong(self.folder))

    def test_an_anchor_is_named_as_a_forge_names_it(self):
        taken = {}
        for heading, name in (("What <code>dance check</code> says", "what-dance-check-says"),
                              ("Which name? (claim.c)", "which-name-claimc"), ("A &amp; B", "a--b"),
                              ("a_b, c-d", "a_b-c-d"), ("Names", "names"), ("Names", "names-1"),
                              ("Names", "names-2")):
            self.assertEqual(name, render.anchor(heading, taken))


@unittest.skipUnless(COMPLETE, "cmark-gfm, mandoc or docutils is missing")
class TestPages(Folder):
    def render(self, files, **more):
        self.put(files)
        wrong = render.render(self.folder, self.folder / "out", "1.2", CMARK, MANDOC, **more)
        return wrong

    def made(self, name):
        return (self.folder / "out" / name).read_text(encoding="utf-8")

    def links_of(self, name):
        main = re.search(r"<main>(.*)</main>", self.made(name), re.S)[1]
        return re.findall(r'<a [^>]*?href="([^"]*)"', main)

    def test_links_between_pages_lead_to_what_was_made_of_them(self):
        self.assertEqual([], self.render({
            "README.md": "# A\n\n[b](doc/b.md#c) [s](doc/samples/) [l](LICENSE) "
                         "[x](https://example.org/)",
            "doc/b.md": "# B\n\n## C\n\n[a](../README.md) [here](#c) [s](samples/x.conf)",
            "doc/samples/README.md": "# S\n\n[b](../b.md)", "doc/samples/x.conf": "x",
            "LICENSE": "y"}))
        self.assertEqual(["doc/b.html#c", "doc/samples/index.html", "LICENSE.txt",
                          "https://example.org/"], self.links_of("index.html"))
        self.assertEqual(["../index.html", "#c", "samples/x.conf.txt"], self.links_of("doc/b.html"))
        self.assertEqual(["../b.html"], self.links_of("doc/samples/index.html"))
        self.assertEqual("y", self.made("LICENSE.txt"))

    def test_a_link_to_what_is_not_there_is_told(self):
        wrong = self.render({"README.md": "# A\n\n[b](b.md) [up](../x) [c](doc/c.md#d)",
                             "doc/c.md": "# C"})
        self.assertIn("README.md: it links to b.md, which is not there", wrong)
        self.assertIn("README.md: it links to ../x, which is not there", wrong)
        self.assertIn("index.html: it links to doc/c.html#d, but doc/c.html has no such anchor", wrong)

    def test_a_manual_leads_to_ours_and_not_to_those_of_others(self):
        self.assertEqual([], self.render({
            "README.md": "# A\n\na(1), b(5) `a(1)` c(8)", "doc/a.1": MANUAL,
            "doc/b.5": MANUAL.replace(".Dt A 1", ".Dt B 5")}))
        self.assertEqual(["doc/a.1.html", "doc/b.5.html"], self.links_of("index.html"))
        self.assertIn("b.5.html", self.links_of("doc/a.1.html"))
        self.assertNotIn("man:", self.made("doc/a.1.html"))
        self.assertIn("c(8)", self.made("doc/a.1.html"))

    def test_a_page_leads_to_all_others(self):
        self.render({"README.md": "# A", "doc/z.md": "# Z & z", "doc/xot.md": "# X",
                     "doc/a.1": MANUAL})
        menu = re.search(r"<nav.*</nav>", self.made("doc/z.html"), re.S)[0]
        self.assertEqual(["../index.html", "xot.html", "z.html", "a.1.html"],
                         re.findall(r'href="([^"]*)"', menu))
        self.assertIn('<a href="z.html" aria-current="page">Z &amp; z</a>', menu)

    def test_a_long_page_begins_with_its_sections(self):
        sections = "".join(f"\n\n## Part {number}" for number in range(render.MANY))
        self.render({"README.md": "# A" + sections,
                     "doc/b.md": "# B" + sections.rpartition("\n\n")[0]})
        self.assertEqual([f"#part-{number}" for number in range(render.MANY)],
                         self.links_of("index.html"))
        self.assertEqual([], self.links_of("doc/b.html"))

    def test_markup_in_a_page_is_not_passed_on(self):
        self.render({"README.md": "# A\n\n<script>x</script>\n"})
        self.assertNotIn("<script", self.made("index.html"))

    def test_a_failure_leaves_what_was_made_before(self):
        self.render({"README.md": "# A"})
        self.put({"doc/b.md": "no title"})
        with self.assertRaises(TypeError):
            render.render(self.folder, self.folder / "out", "1.2", CMARK, MANDOC)
        self.assertIn("<h1", self.made("index.html"))

    def test_pages_and_manuals_of_this_project_have_no_broken_link(self):
        out = self.folder / "out"
        self.assertEqual([], render.render(REPOSITORY, out, "1.2", CMARK, MANDOC, DOT))
        made = {path.relative_to(out).as_posix() for path in out.rglob("*.html")}
        for name in ("index.html", "NEWS.html", "SECURITY.html", "doc/flow.html",
                     "doc/dance.1.html", "doc/libdance.3.html", "doc/dance-front.conf.5.html",
                     "doc/dance-front.8.html", "modules/knot/mod-dance.html",
                     "doc/samples/index.html"):
            self.assertIn(name, made)
        self.assertEqual(len(list(REPOSITORY.glob("doc/*.[1-8]"))),
                         len([name for name in made if re.search(r"\.[1-8]\.html$", name)]))
        self.assertIn('href="dance-front.conf.5.html"', (out / "doc/xot.html").read_text("utf-8"))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            render.main(str(REPOSITORY), str(out), "1.2", CMARK, MANDOC)
        self.assertEqual(f"html: {out}/index.html\n", said.getvalue())

    @unittest.skipUnless(DOT, "graphviz is missing")
    def test_pictures_are_drawn_anew(self):
        files = {"README.md": "# A\n\n![one](doc/pictures/p.svg)", "doc/pictures/p.svg": "old",
                 "doc/pictures/p.dot": 'digraph "P" { new }'}
        self.assertEqual([], self.render(files))
        self.assertEqual("old", self.made("doc/pictures/p.svg"))
        self.assertEqual([], self.render(files, dot=DOT))
        self.assertIn(">new</text>", self.made("doc/pictures/p.svg"))


if __name__ == "__main__":
    if not COMPLETE:
        print("skipped: pages are not made, for cmark-gfm, mandoc or docutils is missing")
    unittest.main()
