"""What good Markdown looks like, to the letter."""

from __future__ import annotations

import pytest

from incidents.rendering import MAX_MARKDOWN_LENGTH, RenderedImage, TooLong, plain_text, render_markdown

IMAGES = {
    "chart": RenderedImage("/media/chart.png", 640, 480, "Requests a minute"),
    "plain": RenderedImage("https://files.example/plain.png", 10, 20),
}
REL = ' rel="noopener nofollow ugc"'

GOOD = {
    "paragraphs": ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
    "a line break is kept": (
        "Adebimpe\nhttps://a.example/x\nAlx",
        f'<p>Adebimpe<br>\n<a href="https://a.example/x"{REL}>https://a.example/x</a><br>\nAlx</p>',
    ),
    "emphasis": (
        "*a* **b** ***c*** ~~d~~ _e_ **~~f~~**",
        "<p><em>a</em> <strong>b</strong> <strong><em>c</em></strong> <del>d</del> <em>e</em> <strong><del>f</del></strong></p>",
    ),
    "no emphasis": (
        "snake_case_name 2 * 3 * 4 ******** ____ a~b~c \\*x\\*",
        "<p>snake_case_name 2 * 3 * 4 ******** ____ a~b~c *x*</p>",
    ),
    "entities": ("a &lt; b &amp; c & d &copy;", "<p>a &lt; b &amp; c &amp; d ©</p>"),
    "code": ("`a<b>` and ``a`b``", "<p><code>a&lt;b&gt;</code> and <code>a`b</code></p>"),
    "rules": ("a\n\n---\n***\n* * *\n\nb", "<p>a</p>\n<hr>\n<hr>\n<hr>\n<p>b</p>"),
    "break in HTML": ("a<br>b<br/>c", "<p>a<br>\nb<br>\nc</p>"),
    "fence": (
        "Log:\n```Python\nif a < b:\n\n    go(*x*)\n```\nthen",
        '<p>Log:</p>\n<pre><code class="language-python">if a &lt; b:\n\n    go(*x*)\n</code></pre>\n<p>then</p>',
    ),
    "fence of tildes": ("~~~\n```\n~~~", "<pre><code>```\n</code></pre>"),
    "fence never closed": ("a\n```\n<b>\n\n- c", "<p>a</p>\n<pre><code>&lt;b&gt;\n\n- c\n</code></pre>"),
    "fence with text": ("```05:00 down\n05:10 up\n```", "<pre><code>05:00 down\n05:10 up\n</code></pre>"),
    "fence in a list": (
        "- a\n\n  ```sh\n  ls -l\n    x\n  ```\n- b",
        '<ul>\n<li>\n<p>a</p>\n<pre><code class="language-sh">ls -l\n  x\n</code></pre>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>',
    ),
    "fence as an item": (
        "- ```\n  x\n  ```\n\nafter",
        "<ul>\n<li><pre><code>x\n</code></pre></li>\n</ul>\n<p>after</p>",
    ),
    "fence in a quote": (
        "> said\n> ```\n> x\n> ```\n> more\n\nafter",
        "<blockquote>\n<p>said</p>\n<pre><code>x\n</code></pre>\n<p>more</p>\n</blockquote>\n<p>after</p>",
    ),
    "fence ended by its quote": (
        "> ```\n> x\n```\ny\n```",
        "<blockquote>\n<pre><code>x\n</code></pre>\n</blockquote>\n<pre><code>y\n</code></pre>",
    ),
    "indented code": ("a\n\n    - b <c>\n\nd", "<p>a</p>\n<pre><code>- b &lt;c&gt;\n</code></pre>\n<p>d</p>"),
    "list below text": ("We did:\n- a\n- b", "<p>We did:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    "numbered below text": ("We did:\n1) a\n2) b", "<p>We did:</p>\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    "numbers go on": ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    "a year is no list": ("It broke in\n2019. Then", "<p>It broke in<br>\n2019. Then</p>"),
    "nested by two": (
        "- a\n  - b\n    - c\n- d",
        "<ul>\n<li>a<ul>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>",
    ),
    "nested by four": ("1. a\n    - b\n2. c", "<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>"),
    "kinds of list": (
        "- a\n1. b",
        "<ul>\n<li>a</li>\n</ul>\n<ol>\n<li>b</li>\n</ol>",
    ),
    "text in an item": (
        "- a\n  goes on\n- b\n\n  para\n\nout",
        "<ul>\n<li>a<br>\ngoes on</li>\n<li>\n<p>b</p>\n<p>para</p>\n</li>\n</ul>\n<p>out</p>",
    ),
    "what ends a list": (
        "- a\n> q\n\n- b\n# H",
        "<ul>\n<li>a</li>\n</ul>\n<blockquote>\n<p>q</p>\n</blockquote>\n<ul>\n<li>b</li>\n</ul>\n<h3>H</h3>",
    ),
    "quote": (
        "> a\n> > b\n\nc",
        "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n<p>c</p>",
    ),
    "table": (
        "Times:\n| Time | What |\n|:----:|-----:|\n| 5:00 | **down** `a|b` |\n| 5:10 |",
        "<p>Times:</p>\n<table>\n<thead>\n<tr>\n"
        '<th align="center" scope="col">Time</th>\n<th align="right" scope="col">What</th>\n</tr>\n</thead>\n<tbody>\n'
        '<tr>\n<td align="center">5:00</td>\n<td align="right"><strong>down</strong> <code>a|b</code></td>\n</tr>\n'
        '<tr>\n<td align="center">5:10</td>\n<td align="right"></td>\n</tr>\n</tbody>\n</table>',
    ),
    "table with a cell too many": (
        "a|b\n-|-\n1|2|3",
        '<table>\n<thead>\n<tr>\n<th scope="col">a</th>\n<th scope="col">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
        "<td>1</td>\n<td>2|3</td>\n</tr>\n</tbody>\n</table>",
    ),
    "headings": (
        "# A\ntext\n### C #\nTitle\n=====\n#channel\n# C#",
        "<h3>A</h3>\n<p>text</p>\n<h5>C</h5>\n<h3>Title</h3>\n<p>#channel</p>\n<h3>C#</h3>",
    ),
    "headings start anywhere": ("#### a\n##### b\n###### c", "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>"),
    "links": (
        '[a [b] *c*](https://a.example/x_(y)?z=1&q=2 "ti") [m](mailto:a@b.example) [r](/wiki) [f](ftp://a.example)',
        f'<p><a href="https://a.example/x_(y)?z=1&amp;q=2" title="ti"{REL}>a [b] <em>c</em></a> '
        f'<a href="mailto:a@b.example"{REL}>m</a> r f</p>',
    ),
    "bare addresses": (
        "See https://a.example/x_y_z, (https://a.example/(b)). **HTTPS** <https://c.example> <me@d.example> www.e.example",
        f'<p>See <a href="https://a.example/x_y_z"{REL}>https://a.example/x_y_z</a>, '
        f'(<a href="https://a.example/(b)"{REL}>https://a.example/(b)</a>). <strong>HTTPS</strong> '
        f'<a href="https://c.example"{REL}>https://c.example</a> <a href="mailto:me@d.example"{REL}>me@d.example</a> www.e.example</p>',
    ),
    "escaped in an address": (
        "https://a.example/b\\_c",
        f'<p><a href="https://a.example/b_c"{REL}>https://a.example/b_c</a></p>',
    ),
    "no address": ("https:// http://. https://u:p@a.example", "<p>https:// http://. https://u:p@a.example</p>"),
    "no references": ("see [1] and [a][b]", "<p>see [1] and [a][b]</p>"),
    "our image": (
        "![Errors](attachment:chart)",
        '<p><img alt="Errors" height="480" loading="lazy" src="/media/chart.png" width="640"></p>',
    ),
    "our image, described once": (
        "![](attachment:chart) ![](attachment:plain)",
        '<p><img alt="Requests a minute" height="480" loading="lazy" src="/media/chart.png" width="640"> '
        '<img alt="" height="20" loading="lazy" src="https://files.example/plain.png" width="10"></p>',
    ),
    "images of others": (
        "![](https://t.example/a.jpg) ![cat](https://t.example/a.jpg) ![d](data:image/png;base64,x) ![](a.png) ![](attachment:gone)",
        f'<p><a href="https://t.example/a.jpg"{REL}>image (t.example)</a> <a href="https://t.example/a.jpg"{REL}>cat</a> d image image</p>',
    ),
    "images in links": (
        "[![a](https://t.example/a.png)](https://b.example) [![c](attachment:plain)](https://b.example)",
        f'<p><a href="https://b.example"{REL}>a</a> '
        f'<a href="https://b.example"{REL}><img alt="c" height="20" loading="lazy" src="https://files.example/plain.png" width="10"></a></p>',
    ),
    "nothing": (" \n\n", ""),
}


@pytest.mark.parametrize(("markdown", "html"), GOOD.values(), ids=GOOD)
def test_good_markdown(markdown: str, html: str) -> None:
    assert render_markdown(markdown, images=IMAGES) == html


def test_the_highest_heading_is_the_one_asked_for() -> None:
    assert render_markdown("## a\n#### b", heading_level=2) == "<h2>a</h2>\n<h4>b</h4>"
    assert render_markdown("# a\n### b\n#### c", heading_level=5) == "<h5>a</h5>\n<h6>b</h6>\n<h6>c</h6>"


def test_line_ends_of_any_system() -> None:
    assert render_markdown("a\r\nb\rc\u2028d") == "<p>a<br>\nb<br>\nc<br>\nd</p>"


def test_length_is_limited() -> None:
    assert len(render_markdown("a" * MAX_MARKDOWN_LENGTH)) > MAX_MARKDOWN_LENGTH
    with pytest.raises(TooLong, match="20,000 characters; this has 20,001"):
        render_markdown("a" * (MAX_MARKDOWN_LENGTH + 1))


def test_words_alone() -> None:
    markdown = (
        "# What\nWe **lost** [power](https://a.example) &amp; `x<y`:\n- a\n- b\n\n|c|d|\n|-|-|\n|e|f|\n\n```py\ng\n```"
    )

    assert plain_text(markdown) == "What We lost power & x<y: a b c d e f g"
