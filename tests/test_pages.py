"""The checker of pages, checked: it finds each fault, and none in a good page."""

import pytest

from tests.pages import Page

GOOD = (
    '<!doctype html><html lang="en"><head><title>Hello – Tool</title></head><body>'
    '<h1>Hello</h1><h2>More</h2><form action="/x" method="post">'
    '<input type="hidden" name="csrf_token" value="t"><label for="a">A</label><input id="a">'
    '<label><input type="radio" name="r">R</label><button>Go</button></form>'
    '<img src="x.png" alt=""></body></html>'
)


def test_a_good_page_has_no_faults() -> None:
    assert Page(GOOD).faults() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<h1>Hello</h1>", "", "exactly one h1"),
        ("<title>Hello", "<title>Bye", "starts with the h1"),
        (' lang="en"', "", "html has a lang"),
        ("<h2>More</h2>", "<h3>More</h3>", "after a heading of level 1"),
        ('<label for="a">A</label>', "", "has no label"),
        ('<label for="a">', '<label for="b">', "which is nowhere"),
        ('<input type="radio"', '<input id="a" type="radio"', "used 2 times"),
        (' action="/x"', "", "no action"),
        ('name="csrf_token"', 'name="token"', "no csrf_token"),
        (' action="/x"', ' action="https://lms.example/"', "gives our csrf_token away"),
        ("<button>Go</button>", "<button></button>", "no words"),
        (' alt=""', "", "no alt"),
        ("<h2>", '<h2 style="color:red">', "inline style"),
        ("<h2>", '<h2 onclick="x()">', "inline event handler"),
        ("</body>", "<script>x()</script></body>", "a script stands in the page"),
        ("<h2>More</h2>", "<h2>More</h3>", "closes nothing"),
        ("</body>", '<iframe src="x"></iframe></body>', "a frame has no title"),
    ],
)
def test_each_fault_is_found(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert any(fault in words for words in Page(GOOD.replace(old, new, 1)).faults())
