"""Which addresses belong to the public net, and what addresses a host has.

A page may lead a reader on to the router, to a service on this machine or to a cloud's metadata, which trust whoever
reaches them.  So whatever the person did not name must be public, as IANA's registries of special addresses tell:
https://www.iana.org/assignments/iana-ipv4-special-registry, and -ipv6-.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from tagtui.errors import PageError
from tagtui.web.threads import in_thread

_ALLOCATED = ip_network("2000::/3")  # all public addresses of version 6 there are
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: an address of version 4 in the last 32 bits


def is_public(address: str) -> bool:
    """Tell whether ``address`` is one of the public net; one inside another (mapped, 6to4, NAT64) counts as itself."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = ip.ipv4_mapped or ip.sixtofour or (IPv4Address(ip.packed[-4:]) if ip in _NAT64 else None)
    return is_public(str(inner)) if inner else ip in _ALLOCATED and ip.is_global


def spelled_address(host: str) -> str:
    """Return the address that ``host`` spells, or ``""`` for a name.

    Version 4 has forms that browsers and resolvers take: ``127.1``, ``2130706433``, ``0x7f.1``, ``0177.0.0.1``.
    """
    address: IPv4Address | IPv6Address
    try:
        address = ip_address(host)
    except ValueError:
        try:
            address = IPv4Address(socket.inet_aton(host))
        except (OSError, UnicodeError, ValueError):
            return ""
    return str(address)


def is_private_host(host: str) -> bool:
    """Tell whether ``host`` itself, looked up nowhere, names what is not public: an address, or ``localhost``."""
    address = spelled_address(host)
    if address:
        return not is_public(address)
    return host == "localhost" or host.endswith(".localhost")  # RFC 6761


async def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of ``host`` as the system knows them, the best first; raises PageError if it has none."""
    try:
        found = await in_thread(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):  # a label of more than 63 characters is a UnicodeError
        raise PageError(f"no address is known for {host[:100]}") from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
