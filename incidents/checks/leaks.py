"""What belongs inside: host names, private addresses, links for colleagues, mailboxes, tickets, handles.

The text is cut into pieces once, and each piece that has more than letters is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv6Address, ip_address, ip_network

from incidents.checks.finding import Mark
from incidents.checks.passages import Passage
from incidents.checks.words import Words

_URL = re.compile(r"://[^\s<>\"“”|`]{1,2000}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}$")
_SHORT_SCHEME = re.compile(r"\A[a-z][a-z0-9+-]{1,15}:(?!\d{1,5}(?:/|$))", re.IGNORECASE)
_PIECE = re.compile(r"[^\s,;()<>\"“”\u2018=|\[\]{}`]+")
_MARKED = re.compile(r"[@#]|\w\.\w|:[^:]*:")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Za-z]")
_EDGES = ".:!?…'’*&/\\$-–—"
_EMAIL = re.compile(r"[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}(?![\w-])")
_IPV4 = re.compile(r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})(?P<range>/\d{1,2})?(?::\d{1,5})?")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_IPV6 = re.compile(r"[0-9A-Fa-f:]{2,45}(?:%\w{1,16})?(?:/\d{1,3})?")
_TICKET = re.compile(r"(?P<prefix>[A-Z][A-Z0-9]{1,9})-\d{1,6}")
_SERVICE_TICKET = re.compile(r"(?:INC|CHG|PRB|RITM|REQ|SCTASK|TASK|CS)\d{5,10}")
_NUMBER_TICKET = re.compile(r"#\d{2,7}")
_HANDLE = re.compile(r"@[A-Za-z][\w.-]{2,38}")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,8}")
_POD = re.compile(r"[a-z][a-z0-9-]{1,50}-[a-f0-9]{8,10}-[a-z0-9]{5}")
_HYPHENED = re.compile(r"(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+){0,5})-(?P<number>\d{1,4})[a-z]?")
_NUMBERED = re.compile(r"(?P<name>(?:[a-z][a-z0-9]*-){0,5}[a-z]+)(?P<number>\d{1,4})")
_PACKAGE_STARTS = ("com.", "org.", "net.", "io.", "java.", "javax.")

# 100.64/10 is what carriers use inside; is_private of the standard library also counts what documents use.
_PRIVATE = [
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")
]
_PRIVATE_6 = [ip_network("fc00::/7"), ip_network("fe80::/10")]

_HOST_NAME = ("looks like an internal host name", "look like internal host names", "Say what the machine does.")
_ADDRESS = ("is an address inside your network", "are addresses inside your network", "Customers can’t reach it.")
_LINK = ("leads where customers can’t follow", "lead where customers can’t follow", "Say what is there instead.")
_MAILBOX = ("looks like the mailbox of one person", "look like mailboxes of persons", "Give one that a team reads.")
_TICKETS = ("looks like a ticket", "look like tickets", "Customers can’t open it: say what it is about.")
_HANDLES = ("looks like a colleague’s handle", "look like handles of colleagues", "Say the role.")


def leak_marks(passage: Passage, words: Words) -> Iterator[Mark]:
    text, found = _without_urls(passage.text)
    for target in passage.targets:
        address, _, title = target.partition(" ")
        address = address.strip("<>")
        text = f"{text}\n{title}"
        if "://" in address:
            found.append(address)
        elif address.startswith("mailto:"):
            yield from _email(address.removeprefix("mailto:"), words)
        elif _leads_inside(address, words):
            yield Mark("internal-url", address, *_LINK)
    for url in found:
        yield from _url(url, words)
    before = ""
    for piece in _PIECE.findall(text):
        if not piece.isalpha() and _may_leak(piece):
            marks = list(_piece(piece, before, words))
            yield from marks if marks or passage.has_capitals else _small_ticket(piece, before, words)
        before = piece


def _small_ticket(piece: str, before: str, words: Words) -> Iterator[Mark]:
    """`ops-4411`, where everything is written small."""
    for mark in _piece(piece.upper(), before, words):
        if mark.code == "ticket":
            yield replace(mark, word=mark.word.lower())


def _may_leak(piece: str) -> bool:
    return _MARKED.search(piece) is not None or (_DIGIT.search(piece) and _LETTER.search(piece)) is not None


def _without_urls(text: str) -> tuple[str, list[str]]:
    """The text with its addresses blanked, and those."""
    if "://" not in text:
        return text, []
    kept, found, end = [], [], 0
    for match in _URL.finditer(text):
        scheme = _SCHEME.search(text, max(end, match.start() - 16), match.start())
        if scheme:
            kept += [text[end : scheme.start()], " "]
            end = match.end()
            found.append(text[scheme.start() : end].rstrip(".,;:!?)]}*_'’"))
    return "".join([*kept, text[end:]]), found


def _url(url: str, words: Words) -> Iterator[Mark]:
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    host = re.sub(r":\d{1,5}$", "", authority.rpartition("@")[2].partition("?")[0]).strip("[]").lower()
    is_web = scheme.lower() in {"http", "https"}
    if not is_web:
        yield from _piece(host, "", words)
    elif _is_private_address(host, words) or _is_internal_host(host, words) or _is_for_colleagues(host, path, words):
        yield Mark("internal-url", url, *_LINK)


def _is_for_colleagues(host: str, path: str, words: Words) -> bool:
    if "." not in host:
        return host != "localhost"
    if host.partition(".")[0] in words.lower("links", "first_labels"):
        return True
    first = f"/{path.partition('/')[0]}"
    return any(
        (whole + end) in words.lower("links", "internal")
        for whole in (".".join(host.split(".")[cut:]) for cut in range(host.count(".")))
        for end in ("", first)
    )


def _leads_inside(target: str, words: Words) -> bool:
    """Whether a target without a scheme is for colleagues only: `10.0.0.12`, `//db-3.internal/x`, `web-03:80`.

    The page shows no such link; Markdown and JSON have it.
    """
    path = _SHORT_SCHEME.sub("", target.replace("\\", "/"))
    is_host = path.startswith("//")
    first, *others = re.split(r"[?#]", path.lstrip("/") if is_host else path)[0].split("/")
    host = re.sub(r":[^:\]]*$", "", first.rpartition("@")[2]).strip("[]").lower()
    if _is_numbered_machine(host, words) or (is_host and _is_for_colleagues(host, "/".join(others), words)):
        return True
    if "." in host and _is_for_colleagues(host, "/".join(others), words):
        return True
    return any(_is_private_address(part, words) or _is_internal_host(part, words) for part in (host, *others))


def _piece(piece: str, before: str, words: Words) -> Iterator[Mark]:
    if piece.startswith("@"):
        yield from _handle(piece, words)
        return
    bare = piece.strip(_EDGES)
    if bare.endswith(("'s", "’s")):
        bare = bare[:-2]
    if bare.isalpha() or not bare:
        return
    if "@" in bare:
        yield from _email(bare, words)
    elif bare[0] == "#":
        if _NUMBER_TICKET.fullmatch(bare) and before.lower() not in words.lower("tickets", "not_after"):
            yield Mark("ticket", bare, *_TICKETS)
    elif bare.count(":") > 1 or _MAC.fullmatch(bare):
        if _is_private_six(bare, words):
            yield Mark("private-address", bare, *_ADDRESS)
    elif _IPV4.fullmatch(bare):
        if _is_private_address(bare, words) and before.lower().strip(":") not in words.lower(
            "addresses", "version_words"
        ):
            yield Mark("private-address", bare, *_ADDRESS)
    else:
        for part in bare.split("/"):
            yield from _name(part, before, words)


def _name(name: str, before: str, words: Words) -> Iterator[Mark]:
    """A ticket or a host, or neither."""
    name = re.sub(r":\d{1,5}$", "", name.strip(_EDGES))
    ticket = _TICKET.fullmatch(name)
    if ticket:
        if ticket["prefix"] not in words.of("tickets", "allowed") and before.lower() not in words.lower(
            "tickets", "not_after"
        ):
            yield Mark("ticket", name, *_TICKETS)
    elif _SERVICE_TICKET.fullmatch(name):
        yield Mark("ticket", name, *_TICKETS)
    elif _IPV4.fullmatch(name):
        if _is_private_address(name, words):
            yield Mark("private-address", name, *_ADDRESS)
    elif _HOST.fullmatch(name) and (_is_internal_host(name, words) or _is_numbered_machine(name, words)):
        yield Mark("host-name", name, *_HOST_NAME)


def _email(address: str, words: Words) -> Iterator[Mark]:
    match = _EMAIL.search(address)
    local, _, host = address.partition("@")
    if match is None:
        if (local and not host[:1].isdigit()) or _IPV4.fullmatch(host):  # “package@5.0.2” is no host
            yield from _name(host, "", words)
    else:
        mailbox = match[0].partition("@")[0].lower()
        if words.lower("mail", "public").isdisjoint({mailbox, re.split(r"[.+_-]", mailbox)[0]}):
            yield Mark("email", match[0], *_MAILBOX)


def _handle(piece: str, words: Words) -> Iterator[Mark]:
    match = _HANDLE.match(piece)
    if match is None or piece[match.end() :].startswith(("/", "@", "(", ":")):
        return
    name = match[0].rstrip(".-")[1:].lower()
    if name not in words.lower("handles", "allowed") and not name.endswith(
        tuple(words.lower("handles", "public_endings"))
    ):
        yield Mark("handle", match[0].rstrip(".-"), *_HANDLES)


def _is_private_address(written: str, words: Words) -> bool:
    match = _IPV4.fullmatch(written)
    if match is None:
        return _is_private_six(written, words) if written.count(":") > 1 else False
    whole = match["address"] + (match["range"] or "")
    if whole in words.of("addresses", "allowed"):
        return False
    try:
        address = ip_address(match["address"])
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE)


def _is_private_six(written: str, words: Words) -> bool:
    if _MAC.fullmatch(written):
        return True
    if written in words.of("addresses", "allowed") or not _IPV6.fullmatch(written):
        return False
    try:
        address = ip_address(written.partition("%")[0].partition("/")[0])
    except ValueError:
        return False
    return isinstance(address, IPv6Address) and any(address in network for network in _PRIVATE_6)


def _is_internal_host(name: str, words: Words) -> bool:
    lower = name.lower()
    labels = lower.split(".")
    if len(labels) < 2 or lower.startswith(_PACKAGE_STARTS) or lower in words.lower("hosts", "allowed"):
        return False
    return labels[-1] in words.lower("hosts", "suffixes") or not words.lower("hosts", "labels").isdisjoint(labels[1:])


def _is_numbered_machine(name: str, words: Words) -> bool:
    """`web-03`, `pg-prod-01`, `appsrv11`, and what Kubernetes calls a pod."""
    if "." in name or name in words.of("hosts", "allowed"):
        return False
    if _POD.fullmatch(name):
        return True
    if match := _HYPHENED.fullmatch(name):
        is_padded = len(match["number"]) > 1 and match["number"].startswith("0")
        return is_padded or any(_is_role(part, words) for part in match["name"].split("-"))
    if match := _NUMBERED.fullmatch(name):
        last = match["name"].rpartition("-")[2]
        return last in words.of("hosts", "roles") or (len(match["number"]) > 1 and _is_role(last, words))
    return False


def _is_role(part: str, words: Words) -> bool:
    """Whether machines are called that: `db`, and `filesrv`, which ends in what only they are called."""
    name = part.rstrip("0123456789")
    return name in words.of("hosts", "roles") or name.endswith(tuple(words.of("hosts", "endings")))
