"""The names of hosts: from addresses, and as rules name them.

A host is compared in lower case, without its port and without a leading ``www.``, which most sites answer to as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_GLOB = re.compile(r"(?:\*\.)?[^\W_](?:[\w-]*\w)?(?:\.[^\W_](?:[\w-]*\w)?)*")
_WWW = "www."


def host_of(url: str) -> str:
    """The host in an address such as ``https://www.example.com/page``, as rules compare it; empty if there is none."""
    from urllib.parse import urlsplit  # lazy: most texts have no address

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # an invalid port or IPv6 address
        return ""
    return comparable(host)


def comparable(host: str) -> str:
    """A host, or a glob of hosts, in the form in which both are compared. Names in other scripts become ASCII."""
    host = host.strip().lower().rstrip(".").removeprefix(_WWW)
    if not host.isascii():
        try:
            return host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    return host


def is_glob(text: str) -> bool:
    """Whether ``text`` is a host such as ``example.com``, or all hosts below one, such as ``*.example.com``."""
    return bool(_GLOB.fullmatch(text))


def fits(globs: Collection[str], host: str) -> bool:
    """Whether a rule with these globs applies to ``host``. Without globs it applies to every host, and to none."""
    return not globs or any(name in globs for name in names(host))


def can_meet(some: Collection[str], others: Collection[str]) -> bool:
    """Whether there is a host to which rules with these two lists of globs both apply."""
    return not some or not others or any(_meet(one, other) for one in some for other in others)


def _meet(one: str, other: str) -> bool:
    return fits((one,), other.removeprefix("*.")) or fits((other,), one.removeprefix("*.")) or one == other


def names(host: str) -> Iterator[str]:
    """The host, and the globs that match it."""
    if not host:
        return
    yield host
    while "." in host:
        host = host.partition(".")[2]
        yield f"*.{host}"
